import { createHash } from "node:crypto";
import { existsSync } from "node:fs";
import { readFile, stat } from "node:fs/promises";
import { homedir } from "node:os";
import { dirname, join } from "node:path";
import { parseJson } from "@mlebench/base";
import { z } from "zod";
import { CredentialsFileError, CredentialsNotFoundError } from "./errors.js";
import { Secret } from "./secret.js";

/** What {@link loadCredentials} takes. */
export interface LoadCredentialsOptions {
  /** @default process.env */
  readonly env?: Readonly<Record<string, string | undefined>>;
  /** @default os.homedir() */
  readonly homeDirectory?: string;
  /** `~/.config/kaggle` is looked at on Linux only, file modes everywhere but on Windows. @default process.platform */
  readonly platform?: NodeJS.Platform;
}

/** Something about the credentials that works but should be changed. */
export interface CredentialsWarning {
  readonly code: "KAGGLE_CREDENTIALS_READABLE";
  readonly message: string;
  readonly hint: string;
}

interface CredentialsBase {
  /** Where they came from, for messages: a variable's name or a path. */
  readonly source: string;
  readonly warnings: readonly CredentialsWarning[];
}

/** User name and key, sent as HTTP basic authentication. */
export interface KeyCredentials extends CredentialsBase {
  readonly kind: "key";
  readonly username: string;
  readonly key: Secret;
}

/** An access token, sent as a bearer token. */
export interface TokenCredentials extends CredentialsBase {
  readonly kind: "token";
  readonly token: Secret;
}

/** What `kaggle auth login` leaves: a long-lived refresh token and perhaps an access token that still lives. */
export interface OauthCredentials extends CredentialsBase {
  readonly kind: "oauth";
  readonly username: string | undefined;
  readonly refreshToken: Secret;
  readonly accessToken: Secret | undefined;
  /** Milliseconds since 1970; undefined when unknown. */
  readonly accessTokenExpiresAt: number | undefined;
}

/** How an account proves itself: a key, a token, or a login of the official client. */
export type Credentials = KeyCredentials | TokenCredentials | OauthCredentials;

// The places and their order are those of the official Python client, version 2.
const Text = z.string().trim().min(1);
const ApiKeyFile = z.object({ username: Text.optional(), key: Text.optional() });
const OauthFile = z.object({
  refresh_token: z.string().min(1),
  access_token: z.string().nullish(),
  access_token_expiration: z.string().nullish(),
  username: z.string().nullish(),
});

/**
 * Finds the Kaggle credentials of this machine, in the official client's order:
 * in a Kaggle notebook the file named by `KAGGLE_API_V1_TOKEN`; `KAGGLE_API_TOKEN` (a token, or a file that holds one);
 * `access_token` or `access_token.txt`; `KAGGLE_USERNAME` and `KAGGLE_KEY`, each also from `kaggle.json`; `credentials.json`.
 * Files are looked for in `KAGGLE_CONFIG_DIR`, else in `~/.kaggle`, or in `$XDG_CONFIG_HOME/kaggle` when `~/.kaggle` does not exist.
 * @throws CredentialsNotFoundError when there are none, CredentialsFileError when a file is there but broken.
 */
export async function loadCredentials(options: LoadCredentialsOptions = {}): Promise<Credentials> {
  const env = options.env ?? process.env;
  const platform = options.platform ?? process.platform;
  const home = join(options.homeDirectory ?? homedir(), ".kaggle");
  const directory = configDirectory(env, home, platform);
  const directories = [...new Set([directory, home])];
  const files = new CredentialFiles(platform);

  if (env["KAGGLE_KERNEL_RUN_TYPE"] !== undefined && env["KAGGLE_API_V1_TOKEN"]) {
    const token = await files.text(env["KAGGLE_API_V1_TOKEN"]);
    if (token) return tokenCredentials(token, env["KAGGLE_API_V1_TOKEN"], files);
  }
  const fromEnv = env["KAGGLE_API_TOKEN"]?.trim();
  if (fromEnv) {
    const token = await files.text(fromEnv);
    if (token === "") throw new CredentialsFileError(fromEnv, "the file named by KAGGLE_API_TOKEN is empty");
    return tokenCredentials(token ?? fromEnv, "KAGGLE_API_TOKEN", files);
  }
  for (const path of directories.flatMap((place) => [join(place, "access_token"), join(place, "access_token.txt")])) {
    const token = await files.text(path);
    if (token) return tokenCredentials(token, path, files);
  }
  const keyFile = join(directory, "kaggle.json");
  const key = await keyCredentials(env, keyFile, files);
  if (key !== undefined && key !== "only-settings") return key;
  for (const path of directories.map((place) => join(place, "credentials.json"))) {
    const oauth = await oauthCredentials(path, files);
    if (oauth !== undefined) return oauth;
  }
  if (key === "only-settings") throw new CredentialsFileError(keyFile, '"username" and "key" are missing');
  throw notFound(env, directories, keyFile);
}

/**
 * A short name for whose credentials these are, safe to write to disk: a hash of the user name, or of the token when the
 * user's name is unknown. Two tokens of one user differ.
 */
export function credentialsFingerprint(credentials: Credentials): string {
  return createHash("sha256")
    .update(`mlebench kaggle-client ${identityOf(credentials)}`)
    .digest("hex")
    .slice(0, 16);
}

function identityOf(credentials: Credentials): string {
  if (credentials.kind === "token") return `token:${credentials.token.reveal()}`;
  const { username } = credentials;
  if (credentials.kind === "oauth" && username === undefined) return `token:${credentials.refreshToken.reveal()}`;
  return `user:${username}`;
}

function configDirectory(
  env: Readonly<Record<string, string | undefined>>,
  home: string,
  platform: NodeJS.Platform,
): string {
  if (env["KAGGLE_CONFIG_DIR"]) return env["KAGGLE_CONFIG_DIR"];
  if (platform !== "linux" || existsSync(home)) return home;
  return join(env["XDG_CONFIG_HOME"] || join(home, "..", ".config"), "kaggle");
}

function tokenCredentials(token: string, source: string, files: CredentialFiles): TokenCredentials {
  if (/[^\x21-\x7e]/.test(token)) {
    throw new CredentialsFileError(source, "it holds blanks, line ends or other characters that a token never has");
  }
  return { kind: "token", token: new Secret(token), source, warnings: files.warnings };
}

async function keyCredentials(
  env: Readonly<Record<string, string | undefined>>,
  path: string,
  files: CredentialFiles,
): Promise<KeyCredentials | "only-settings" | undefined> {
  const fromEnv = {
    username: env["KAGGLE_USERNAME"]?.trim() || undefined,
    key: env["KAGGLE_KEY"]?.trim() || undefined,
  };
  const made = (username: string, key: string, source: string): KeyCredentials => {
    return { kind: "key", username, key: new Secret(key), source, warnings: files.warnings };
  };
  if (fromEnv.username !== undefined && fromEnv.key !== undefined) {
    return made(fromEnv.username, fromEnv.key, "KAGGLE_USERNAME and KAGGLE_KEY");
  }
  const text = await files.text(path);
  if (text === undefined) return undefined;
  const file = ApiKeyFile.safeParse(jsonOf(text, path));
  if (!file.success) throw new CredentialsFileError(path, 'it needs "username" and "key", both texts');
  // `kaggle config set` keeps other settings in this file.
  if (file.data.username === undefined && file.data.key === undefined) return "only-settings";
  const username = fromEnv.username ?? file.data.username;
  const key = fromEnv.key ?? file.data.key;
  if (username === undefined || key === undefined) {
    throw new CredentialsFileError(path, `"${username === undefined ? "username" : "key"}" is missing`);
  }
  return made(username, key, path);
}

async function oauthCredentials(path: string, files: CredentialFiles): Promise<OauthCredentials | undefined> {
  const text = await files.text(path);
  if (text === undefined) return undefined;
  const file = OauthFile.safeParse(jsonOf(text, path));
  if (!file.success) throw new CredentialsFileError(path, '"refresh_token" is missing');
  const expires = file.data.access_token_expiration ? Date.parse(file.data.access_token_expiration) : Number.NaN;
  return {
    kind: "oauth",
    username: file.data.username || undefined,
    refreshToken: new Secret(file.data.refresh_token),
    accessToken: file.data.access_token ? new Secret(file.data.access_token) : undefined,
    accessTokenExpiresAt: Number.isNaN(expires) ? undefined : expires,
    source: path,
    warnings: files.warnings,
  };
}

/** Reads small secret files and notes those that other users of the machine may read too. */
class CredentialFiles {
  readonly warnings: CredentialsWarning[] = [];

  constructor(private readonly platform: NodeJS.Platform) {}

  async text(path: string): Promise<string | undefined> {
    const found = await stat(path).catch(() => undefined);
    if (!found?.isFile()) return undefined;
    if (this.platform !== "win32" && (found.mode & 0o044) !== 0) {
      this.warnings.push({
        code: "KAGGLE_CREDENTIALS_READABLE",
        message: `The Kaggle credentials in ${path} are readable by other users of this machine.`,
        hint: `chmod 600 ${path}`,
      });
    }
    try {
      return (await readFile(path, "utf8")).replace(/^\uFEFF/, "").trim();
    } catch (cause) {
      throw new CredentialsFileError(path, "it cannot be read", { cause });
    }
  }
}

function notFound(
  env: Readonly<Record<string, string | undefined>>,
  directories: readonly string[],
  keyFile: string,
): CredentialsNotFoundError {
  const pair = ["KAGGLE_USERNAME", "KAGGLE_KEY"];
  const [there] = pair.filter((name) => env[name]?.trim());
  const variables = there === undefined ? pair.join(" and ") : `${pair.find((name) => name !== there)} beside ${there}`;
  // The directory for kaggle.json is ~/.kaggle as soon as there is one, unless the environment names another.
  const keyDirectories = env["KAGGLE_CONFIG_DIR"] ? [dirname(keyFile)] : directories;
  const places = [
    "KAGGLE_API_TOKEN",
    ...directories.map((place) => join(place, "access_token")),
    "KAGGLE_USERNAME and KAGGLE_KEY",
    keyFile,
    ...directories.map((place) => join(place, "credentials.json")),
  ];
  return new CredentialsNotFoundError(
    places,
    `no KAGGLE_API_TOKEN, no ${variables}, no kaggle.json in ${keyDirectories.join(" or ")}, ` +
      `no access_token or credentials.json in ${directories.join(" or ")}`,
  );
}

/** Without the parser's own message: it quotes the text, which may be the key. */
function jsonOf(text: string, path: string): unknown {
  const value = parseJson(text);
  if (value === undefined) throw new CredentialsFileError(path, "it is not JSON");
  return value;
}
