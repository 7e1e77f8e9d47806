import { generateKeyPairSync } from "node:crypto";
import { mkdtemp, readFile, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { openLogKey, readLogKey } from "./log-key.js";
import { fingerprintOf, publicKeyLine } from "./public-key.js";
import { keyStanding, readLogKeys, trustLogKeys } from "./trusted-keys.js";

let home: string;
let env: Record<string, string>;
beforeEach(async () => {
  home = await mkdtemp(join(tmpdir(), "mlebench-log-key-"));
  env = { XDG_STATE_HOME: home };
});
afterEach(() => rm(home, { recursive: true, force: true }));

describe("the key", () => {
  it("is made once, also by many at one time, for its owner alone", async () => {
    expect(await readLogKey({ env })).toBeUndefined();
    const made = await Promise.all(Array.from({ length: 8 }, () => openLogKey({ env })));
    expect(new Set(made.map(({ publicKey }) => publicKey)).size).toBe(1);
    const status = await stat(join(home, "mlebench", "log-key.pem"));
    expect(status.mode & 0o777).toBe(0o600);
    expect((await stat(join(home, "mlebench"))).mode & 0o777).toBe(0o700);
    expect((await readLogKey({ env }))?.publicKey).toBe(made[0]!.publicKey);
  });

  it("is that of the file that MLEBENCH_LOG_KEY names, which is never made", async () => {
    const file = join(home, "named.pem");
    await expect(openLogKey({ env: { ...env, MLEBENCH_LOG_KEY: file } })).rejects.toMatchObject({
      code: "EVAL_LOG_KEY",
      kind: "usage",
    });
    await writeFile(file, generateKeyPairSync("ed25519").privateKey.export({ type: "pkcs8", format: "pem" }));
    const named = await openLogKey({ env: { ...env, MLEBENCH_LOG_KEY: file } });
    expect(named.publicKey).not.toBe((await openLogKey({ env })).publicKey);
    expect(await readFile(file, "utf8")).toContain(named.secrets[0]);
  });

  it.each(["a key of another kind", "no key", "a folder", "a huge file"])("is not %s", async (what) => {
    const file = join(home, "named.pem");
    const rsa = generateKeyPairSync("ec", { namedCurve: "P-256" }).privateKey;
    if (what === "a key of another kind") await writeFile(file, rsa.export({ type: "pkcs8", format: "pem" }));
    else if (what === "no key") await writeFile(file, "secret-text-that-no-message-has");
    else if (what === "a huge file") await writeFile(file, "x".repeat(1 << 20));
    const path = what === "a folder" ? home : file;
    const failed = openLogKey({ env: { ...env, MLEBENCH_LOG_KEY: path } });
    await expect(failed).rejects.toMatchObject({ code: "EVAL_LOG_KEY", kind: "usage" });
    await expect(failed).rejects.not.toThrow("secret-text");
  });

  it("that cannot be made is an error that says where", async () => {
    await writeFile(join(home, "file"), "");
    await expect(openLogKey({ env: { XDG_STATE_HOME: join(home, "file") } })).rejects.toMatchObject({
      code: "EVAL_LOG_KEY",
      kind: "failure",
      message: expect.stringContaining(join(home, "file", "mlebench", "log-key.pem")),
    });
  });
});

describe("trusted keys", () => {
  it("are added to those that are there, as lines or in PEM", async () => {
    const [first, second, third] = [1, 2, 3].map(() => generateKeyPairSync("ed25519").publicKey);
    const x = (key = first) => String(key!.export({ format: "jwk" }).x);
    await trustLogKeys(`# Alice\n${publicKeyLine(x(first))} alice@lab\n\n`, { env });
    await trustLogKeys(second!.export({ type: "spki", format: "pem" }).toString(), { env });
    await Promise.all([trustLogKeys(publicKeyLine(x(third)), { env }), trustLogKeys(publicKeyLine(x(first)), { env })]);
    const keys = await readLogKeys({ env });
    expect([...keys.trusted].sort()).toEqual([x(first), x(second), x(third)].sort());
    expect(keys.own).toBeUndefined();
    expect(keyStanding(x(first), keys)).toBe("trusted");
    expect(keyStanding("unverified", keys)).toBe("unknown");
  });

  it("are no private keys, no other texts, and have the fingerprint beside them", async () => {
    const { privateKey, publicKey } = generateKeyPairSync("ed25519");
    const x = String(publicKey.export({ format: "jwk" }).x);
    const other = String(generateKeyPairSync("ed25519").publicKey.export({ format: "jwk" }).x);
    const pem = privateKey.export({ type: "pkcs8", format: "pem" }).toString();
    for (const [text, message] of [
      [pem, "This is a private key"],
      ["", "no public key"],
      ["unverified", "not the public key"],
      [`mlebench-log-key unverified`, "not the public key"],
      [`mlebench-log-key ${x} ${fingerprintOf(other)}`, "does not have the fingerprint"],
      ["-----BEGIN PUBLIC KEY-----\nAAAA\n-----END PUBLIC KEY-----", "no Ed25519 public key"],
    ] as const) {
      const refused = trustLogKeys(text, { env });
      await expect(refused).rejects.toThrow(message);
      await expect(refused).rejects.toMatchObject({ kind: "usage" });
    }
    expect((await readLogKeys({ env })).trusted).toEqual([]);
  });
});
