import { createHash } from "node:crypto";
import { readFile } from "node:fs/promises";
import { homedir } from "node:os";
import { join } from "node:path";
import { codeOf, messageOf, parseJson } from "@mlebench/base";
import type Docker from "dockerode";
import { z } from "zod";
import { DockerUnavailableError } from "../errors.js";

type Environment = Readonly<Record<string, string | undefined>>;

/** Where an engine is, and who says so. */
export interface EngineAddress {
  /** In words: `the Docker context colima`, `DOCKER_HOST`. */
  readonly origin: string;
  /** What dockerode takes; empty where it looks at the usual places itself. */
  readonly connection: Docker.DockerOptions;
}

/** What {@link findEngine} looks at. */
export interface FindEngineOptions {
  /** Named by the caller: wins over everything. */
  readonly socketPath?: string;
  /** @default process.env */
  readonly env?: Environment;
}

const ConfigFile = z.object({ currentContext: z.string().optional() });
const ContextFile = z.object({
  Name: z.string(),
  Endpoints: z.object({ docker: z.object({ Host: z.string().min(1), SkipTLSVerify: z.boolean().optional() }) }),
});

/** The context that means DOCKER_HOST or the usual places. */
const DEFAULT_CONTEXT = "default";

/**
 * The engine that the docker command would talk to: `DOCKER_CONTEXT`, else `DOCKER_HOST`, else the context that
 * `docker context use` chose, else the usual places.
 * @throws DockerUnavailableError when the context that is named is not there or cannot be used.
 * @see docker/cli cli/command/cli.go (resolveContextName), cli/context/store
 */
export async function findEngine({ socketPath, env = process.env }: FindEngineOptions): Promise<EngineAddress> {
  if (socketPath !== undefined) return { origin: "the option socketPath", connection: unixSocket(socketPath) };
  const directory = env["DOCKER_CONFIG"] || join(env["HOME"] || homedir(), ".docker");
  const named = env["DOCKER_CONTEXT"];
  if (named) return contextAddress(named, { namedBy: "DOCKER_CONTEXT", directory, env });
  if (env["DOCKER_HOST"]) return hostAddress(env["DOCKER_HOST"], env, directory);
  const file = join(directory, "config.json");
  const current = ConfigFile.safeParse(parseJson((await textOf(file)) ?? "")).data?.currentContext;
  return contextAddress(current || DEFAULT_CONTEXT, { namedBy: file, directory, env });
}

async function hostAddress(host: string, env: Environment, directory: string): Promise<EngineAddress> {
  const connection = connectionOf(host.includes("://") ? host : `tcp://${host}`, env);
  if (connection === undefined) {
    throw new DockerUnavailableError(`DOCKER_HOST has the address ${JSON.stringify(host)}, which is not supported.`, {
      hint: "Write it like unix:///var/run/docker.sock, tcp://host:2376 or ssh://user@host.",
    });
  }
  const origin = "DOCKER_HOST";
  const isEncrypted = connection.protocol === "http" && (env["DOCKER_TLS_VERIFY"] || connection.port === "2376");
  if (!isEncrypted) return { origin, connection };
  return {
    origin,
    connection: { ...connection, ...(await readTls(env["DOCKER_CERT_PATH"] || directory)), protocol: "https" },
  };
}

async function contextAddress(
  name: string,
  { namedBy, directory, env }: { readonly namedBy: string; readonly directory: string; readonly env: Environment },
): Promise<EngineAddress> {
  if (name === DEFAULT_CONTEXT) return { origin: "the usual place", connection: {} };
  const folder = createHash("sha256").update(name).digest("hex");
  const file = join(directory, "contexts", "meta", folder, "meta.json");
  const text = await textOf(file);
  if (text === undefined) throw contextError(name, namedBy, `${file} does not exist`);
  const parsed = ContextFile.safeParse(parseJson(text));
  if (!parsed.success) throw contextError(name, namedBy, `${file} names no Docker engine`);
  const { Host: host, SkipTLSVerify: skipVerification = false } = parsed.data.Endpoints.docker;
  const connection = connectionOf(host, env);
  if (connection === undefined)
    throw contextError(name, namedBy, `the address ${JSON.stringify(host)} is not supported`);
  const tls = await readTls(join(directory, "contexts", "tls", folder, "docker"));
  if (tls !== undefined && skipVerification) {
    throw contextError(name, namedBy, "it does not verify the engine's certificate, which is not supported");
  }
  return {
    origin: `the Docker context ${name}`,
    connection: tls === undefined ? connection : { ...connection, ...tls, protocol: "https" },
  };
}

function connectionOf(address: string, env: Environment): Docker.DockerOptions | undefined {
  const socket = /^(?:unix|npipe):\/\/(.+)$/.exec(address)?.[1];
  if (socket !== undefined) return unixSocket(socket);
  if (!URL.canParse(address)) return undefined;
  const { protocol, hostname, port, username } = new URL(address);
  const server = { socketPath: undefined, host: hostname, port: port || undefined };
  if (protocol === "tcp:" || protocol === "http:") return { ...server, protocol: "http" };
  if (protocol === "https:") return { ...server, protocol: "https" };
  if (protocol !== "ssh:") return undefined;
  return { ...server, protocol: "ssh", username, sshOptions: { agent: env["SSH_AUTH_SOCK"] } };
}

/** Without a host: one of DOCKER_HOST would win over the socket. */
function unixSocket(socketPath: string): Docker.DockerOptions {
  return { socketPath, host: undefined };
}

async function readTls(directory: string): Promise<Pick<Docker.DockerOptions, "ca" | "cert" | "key"> | undefined> {
  const [ca, cert, key] = await Promise.all(
    ["ca", "cert", "key"].map((name) => textOf(join(directory, `${name}.pem`))),
  );
  return ca === undefined && cert === undefined && key === undefined ? undefined : { ca, cert, key };
}

async function textOf(file: string): Promise<string | undefined> {
  try {
    return await readFile(file, "utf8");
  } catch (cause) {
    if (codeOf(cause) === "ENOENT" || codeOf(cause) === "ENOTDIR") return undefined;
    throw new DockerUnavailableError(`${file} cannot be read: ${messageOf(cause)}`, {
      hint: "Make it readable, or name the engine with DOCKER_HOST.",
      cause,
    });
  }
}

function contextError(name: string, namedBy: string, reason: string): DockerUnavailableError {
  return new DockerUnavailableError(
    `The Docker context ${JSON.stringify(name)} (named by ${namedBy}) cannot be used: ${reason}.`,
    {
      hint: "`docker context ls` lists the contexts, `docker context use NAME` chooses one; DOCKER_HOST names an engine directly.",
    },
  );
}
