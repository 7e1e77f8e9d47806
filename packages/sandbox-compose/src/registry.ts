import { existsSync } from "node:fs";
import { isAbsolute, resolve } from "node:path";
import { pathToFileURL } from "node:url";
import { messageOf } from "@mlebench/base";
import { z } from "zod";
import { checkProviderOptions } from "./check-provider-options.js";
import { createDockerProvider } from "./docker/provider.js";
import { SandboxError, UnknownProviderError } from "./errors.js";
import { createLocalProvider } from "./local/provider.js";
import type { SandboxProvider } from "./provider.js";

/** What every provider's factory is given; it may take more. */
export interface ProviderOptions {
  readonly maxSandboxes?: number;
  readonly [option: string]: unknown;
}

/** Makes a provider; what a provider module exports as `createProvider`. */
export type ProviderFactory = (options: ProviderOptions) => SandboxProvider | Promise<SandboxProvider>;

const limit = z.number().int().positive().optional();
const DockerOptions = z.strictObject({
  maxSandboxes: limit,
  composeDirectory: z.string().optional(),
  diskPerContainer: z.enum(["auto", "never"]).optional(),
  sandboxesAtOnce: z.number().int().positive().optional(),
  socketPath: z.string().optional(),
});
const LocalOptions = z.strictObject({
  maxSandboxes: limit,
  bubblewrap: z.enum(["auto", "never", "require"]).optional(),
  ownProcesses: z.enum(["auto", "never"]).optional(),
  readOnlyPaths: z.array(z.string()).optional(),
});

const factories = new Map<string, ProviderFactory>([
  ["docker", (options) => createDockerProvider(checkProviderOptions("docker", DockerOptions, options))],
  ["local", (options) => createLocalProvider(checkProviderOptions("local", LocalOptions, options))],
]);

/** Makes a provider known by name, for this process; a later one takes the place of an earlier one. */
export function registerProvider(name: string, factory: ProviderFactory): void {
  factories.set(name, factory);
}

/** Names that {@link resolveProvider} knows without importing anything. */
export function listProviders(): string[] {
  return [...factories.keys()].sort();
}

/** What {@link resolveProvider} takes. */
export interface ResolveProviderOptions extends ProviderOptions {
  /** Relative module paths start here. @default the current directory */
  readonly directory?: string;
}

/**
 * The provider of a name, or of a module: a path (`./my-provider.js`), or a package that exports `createProvider(options)`
 * or has it as its default export.
 * @throws UnknownProviderError
 */
export async function resolveProvider(
  nameOrModulePath: string,
  options: ResolveProviderOptions = {},
): Promise<SandboxProvider> {
  const { directory = process.cwd(), ...providerOptions } = options;
  const factory = await loadProviderFactory(nameOrModulePath, directory);
  return factory(providerOptions);
}

/**
 * What {@link resolveProvider} makes a provider with.
 * @throws UnknownProviderError
 */
export async function loadProviderFactory(
  nameOrModulePath: string,
  directory: string = process.cwd(),
): Promise<ProviderFactory> {
  return factories.get(nameOrModulePath) ?? (await importFactory(nameOrModulePath, directory));
}

async function importFactory(specifier: string, directory: string): Promise<ProviderFactory> {
  const unknown = (reason: string, cause?: unknown) => {
    return new UnknownProviderError(specifier, listProviders(), { reason, cause });
  };
  const isPath = isAbsolute(specifier) || /^\.{1,2}[/\\]/.test(specifier) || /\.[cm]?[jt]s$/.test(specifier);
  const path = resolve(directory, specifier);
  if (isPath && !existsSync(path)) throw unknown(`there is no file ${path}`);
  let module: unknown;
  try {
    module = await import(isPath ? pathToFileURL(path).href : specifier);
  } catch (error) {
    if (SandboxError.is(error)) throw error;
    throw unknown(messageOf(error), error);
  }
  const found = factoryOf(module);
  if (found === undefined) throw unknown("the module exports neither createProvider nor a default function");
  return found;
}

function factoryOf(module: unknown): ProviderFactory | undefined {
  if (typeof module !== "object" || module === null) return undefined;
  for (const name of ["createProvider", "default"]) {
    const value: unknown = Reflect.get(module, name);
    if (typeof value === "function") return (options) => value(options) as SandboxProvider;
  }
  return undefined;
}
