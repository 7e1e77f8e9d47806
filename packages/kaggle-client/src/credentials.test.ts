import { chmod, mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { inspect } from "node:util";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { credentialsFingerprint, loadCredentials } from "./credentials.js";
import { CredentialsFileError, CredentialsNotFoundError } from "./errors.js";

let home: string;

beforeEach(async () => {
  home = await mkdtemp(join(tmpdir(), "kaggle-home-"));
});
afterEach(() => rm(home, { recursive: true, force: true }));

async function put(path: string, content: string | object, mode = 0o600): Promise<string> {
  const full = join(home, path);
  await mkdir(dirname(full), { recursive: true });
  await writeFile(full, typeof content === "string" ? content : JSON.stringify(content));
  await chmod(full, mode);
  return full;
}

const load = (env: Record<string, string> = {}) => loadCredentials({ env, homeDirectory: home, platform: "linux" });
const file = { username: "ada", key: "k-file" };

describe("loadCredentials", () => {
  it("reads ~/.kaggle/kaggle.json", async () => {
    const path = await put(".kaggle/kaggle.json", file);
    const found = await load();
    expect(found).toMatchObject({ kind: "key", username: "ada", source: path, warnings: [] });
    expect(found.kind === "key" && found.key.reveal()).toBe("k-file");
  });

  it("reads $XDG_CONFIG_HOME/kaggle or ~/.config/kaggle when ~/.kaggle does not exist", async () => {
    const path = await put(".config/kaggle/kaggle.json", file);
    expect((await load()).source).toBe(path);
    const other = await put("xdg/kaggle/kaggle.json", file);
    expect((await load({ XDG_CONFIG_HOME: join(home, "xdg") })).source).toBe(other);
    await mkdir(join(home, ".kaggle"));
    await expect(load()).rejects.toBeInstanceOf(CredentialsNotFoundError);
  });

  it("prefers KAGGLE_CONFIG_DIR over ~/.kaggle", async () => {
    await put(".kaggle/kaggle.json", file);
    const path = await put("elsewhere/kaggle.json", { username: "bob", key: "k2" });
    expect((await load({ KAGGLE_CONFIG_DIR: join(home, "elsewhere") })).source).toBe(path);
  });

  it("takes user name and key from the environment, each also alone over the file", async () => {
    await put(".kaggle/kaggle.json", file);
    expect(await load({ KAGGLE_USERNAME: "eve", KAGGLE_KEY: "k-env" })).toMatchObject({ username: "eve" });
    const mixed = await load({ KAGGLE_KEY: "k-env" });
    expect(mixed).toMatchObject({ username: "ada" });
    expect(mixed.kind === "key" && mixed.key.reveal()).toBe("k-env");
  });

  it("prefers an access token, as text or as a file, in KAGGLE_API_TOKEN or in access_token", async () => {
    await put(".kaggle/kaggle.json", file);
    const path = await put(".kaggle/access_token", "token-1\n");
    const fromFile = await load();
    expect(fromFile).toMatchObject({ kind: "token", source: path });
    expect(fromFile.kind === "token" && fromFile.token.reveal()).toBe("token-1");
    const fromEnv = await load({ KAGGLE_API_TOKEN: "token-2" });
    expect(fromEnv.kind === "token" && fromEnv.token.reveal()).toBe("token-2");
    const named = await load({ KAGGLE_API_TOKEN: await put("my-token", "token-3\n") });
    expect(named.kind === "token" && named.token.reveal()).toBe("token-3");
  });

  it("uses the notebook's own token inside a Kaggle notebook only", async () => {
    const path = await put("notebook-token", "token-n");
    const inside = await load({ KAGGLE_KERNEL_RUN_TYPE: "Interactive", KAGGLE_API_V1_TOKEN: path });
    expect(inside.source).toBe(path);
    await expect(load({ KAGGLE_API_V1_TOKEN: path })).rejects.toBeInstanceOf(CredentialsNotFoundError);
  });

  it("reads what `kaggle auth login` leaves", async () => {
    await put(".kaggle/credentials.json", {
      refresh_token: "r",
      access_token: "a",
      access_token_expiration: "2030-01-01T00:00:00+00:00",
      username: "ada",
    });
    expect(await load()).toMatchObject({ kind: "oauth", username: "ada", accessTokenExpiresAt: 1893456000000 });
  });

  it("goes on to that login where kaggle.json holds nothing but settings", async () => {
    const path = await put(".kaggle/kaggle.json", { path: "/downloads" });
    await expect(load()).rejects.toThrow(`${path}: "username" and "key" are missing`);
    await put(".kaggle/credentials.json", { refresh_token: "r" });
    expect(await load()).toMatchObject({ kind: "oauth" });
  });

  it("leaves out the blanks and line ends around what the environment or a file holds", async () => {
    const found = await load({ KAGGLE_USERNAME: " ada\n", KAGGLE_KEY: "k-env\r\n" });
    expect(found).toMatchObject({ username: "ada" });
    expect(found.kind === "key" && found.key.reveal()).toBe("k-env");
    await put(".kaggle/kaggle.json", { username: "bob ", key: "k-file\n" });
    const read = await load();
    expect(read.kind === "key" && [read.username, read.key.reveal()]).toEqual(["bob", "k-file"]);
  });

  it("refuses a token that could not be sent, and says where it is", async () => {
    for (const token of ["two\nlines", "t\u00f6ken", "to ken"]) {
      await expect(load({ KAGGLE_API_TOKEN: token })).rejects.toThrow(/KAGGLE_API_TOKEN: it holds blanks, line ends/);
    }
  });

  it("says which one of two variables is missing", async () => {
    await expect(load({ KAGGLE_USERNAME: "ada" })).rejects.toThrow("no KAGGLE_KEY beside KAGGLE_USERNAME");
    await expect(load({ KAGGLE_KEY: "k" })).rejects.toThrow("no KAGGLE_USERNAME beside KAGGLE_KEY");
  });

  it("warns about a file that others can read", async () => {
    const path = await put(".kaggle/kaggle.json", file, 0o644);
    expect((await load()).warnings).toMatchObject([{ code: "KAGGLE_CREDENTIALS_READABLE", hint: `chmod 600 ${path}` }]);
  });

  it("says every place it looked in when there is nothing", async () => {
    const error: unknown = await load().catch((reason: unknown) => reason);
    expect(error).toBeInstanceOf(CredentialsNotFoundError);
    expect(String(error)).toContain("KAGGLE_API_TOKEN");
    expect(String(error)).toContain("kaggle.json");
  });

  it.each([
    ["not JSON", '{"username":"ada","key":"hush-hush"'],
    ["without a key", '{"username":"hush-hush"}'],
    ["with a number for a key", '{"username":"ada","key":7}'],
  ])("names a broken file (%s) and never quotes it", async (_case, text) => {
    await put(".kaggle/kaggle.json", text);
    const error: unknown = await load().catch((reason: unknown) => reason);
    expect(error).toBeInstanceOf(CredentialsFileError);
    expect(inspect(error, { depth: 9, showHidden: true })).not.toContain("hush-hush");
  });

  it("never shows the key when printed, inspected or serialized", async () => {
    await put(".kaggle/kaggle.json", file);
    const found = await load();
    const shown = [inspect(found, { depth: 9, showHidden: true }), JSON.stringify(found), `${inspect({ ...found })}`];
    for (const text of shown) expect(text).not.toContain("k-file");
    if (found.kind === "key") expect(`${found.key}`).toBe("[hidden]");
  });

  it("names an account by a hash that is the same for each of its keys", async () => {
    await put(".kaggle/kaggle.json", file);
    const one = credentialsFingerprint(await load());
    const two = credentialsFingerprint(await load({ KAGGLE_KEY: "a newer key" }));
    expect(one).toBe(two);
    expect(one).not.toContain("ada");
    expect(credentialsFingerprint(await load({ KAGGLE_USERNAME: "bob", KAGGLE_KEY: "k" }))).not.toBe(one);
  });
});
