import assert from "node:assert/strict";
import { randomBytes } from "node:crypto";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { ComposeSpec } from "../compose/spec.js";
import type { Sandbox, SandboxProvider } from "../provider.js";
import { COPY_CASES } from "./cases/copy-cases.js";
import { END_CASES } from "./cases/end-cases.js";
import { EXEC_CASES } from "./cases/exec-cases.js";
import { FILE_CASES } from "./cases/file-cases.js";
import { newRunId } from "./cases/helpers.js";
import { LIFE_CASES } from "./cases/life-cases.js";
import type { ProviderCase } from "./cases/provider-case.js";
import { STREAM_CASES } from "./cases/stream-cases.js";
import { TREE_CASES } from "./cases/tree-cases.js";

/** The functions of a test framework, such as vitest's. */
export interface TestFramework {
  describe(name: string, body: () => void): void;
  it(name: string, body: () => Promise<void>, timeoutMilliseconds?: number): void;
  beforeAll(body: () => Promise<void>, timeoutMilliseconds?: number): void;
  afterAll(body: () => Promise<void>, timeoutMilliseconds?: number): void;
}

/** What the provider suite takes. */
export interface ProviderSuiteOptions {
  readonly framework: TestFramework;
  /** A spec whose main service has /bin/sh and coreutils. */
  readonly spec: ComposeSpec;
  /** An unprivileged user of the image other than the default one, where the provider can switch users. */
  readonly otherUser?: string;
  /** Of one test. @default 60 */
  readonly timeoutSeconds?: number;
}

/** Registers all {@link providerCases} for one provider with a test framework. */
export function providerSuite(name: string, makeProvider: () => SandboxProvider, options: ProviderSuiteOptions): void {
  const { describe, it, beforeAll, afterAll } = options.framework;
  const milliseconds = (options.timeoutSeconds ?? 60) * 1000;
  describe(`${name} as a sandbox provider`, () => {
    let provider: SandboxProvider;
    let sandbox: Sandbox;
    let hostDirectory: string;
    beforeAll(async () => {
      provider = makeProvider();
      hostDirectory = await mkdtemp(join(tmpdir(), "provider-suite-"));
      sandbox = await provider.up(options.spec, {
        runId: newRunId(),
        name: "provider-suite",
        onProgress: () => undefined,
      });
    }, milliseconds * 2);
    afterAll(async () => {
      await provider?.[Symbol.asyncDispose]();
      await rm(hostDirectory, { recursive: true, force: true });
    }, milliseconds);
    for (const { name: title, run } of providerCases()) {
      it(
        title,
        async () => {
          const directory = `${sandbox.paths.home}/suite-${randomBytes(6).toString("hex")}`;
          const made = await sandbox.exec(["mkdir", "-p", directory]);
          assert.equal(made.exitCode, 0, made.stderr);
          await run({ provider, sandbox, spec: options.spec, otherUser: options.otherUser, hostDirectory, directory });
        },
        milliseconds,
      );
    }
  });
}

/** What every provider must do, for whatever runs tests. Each case fails by throwing. */
export function providerCases(): readonly ProviderCase[] {
  return [...EXEC_CASES, ...TREE_CASES, ...END_CASES, ...STREAM_CASES, ...FILE_CASES, ...COPY_CASES, ...LIFE_CASES];
}
