import { createInterface } from "node:readline";
import { pipeline } from "node:stream/promises";
import { type Sandbox, SandboxFileError } from "@mlebench/sandbox-compose";
import { firstWords, type SendTarOptions } from "./send-tar.js";

/** A folder of a claim that is either closed, under its name, or open for changes, under another one. */
export class RemoteFolder {
  /** Where it is while it is open. */
  readonly openDirectory: string;
  readonly #sandbox: Sandbox;
  readonly #directory: string;
  readonly #options: Pick<SendTarOptions, "user" | "signal">;

  constructor(sandbox: Sandbox, directory: string, options: Pick<SendTarOptions, "user" | "signal">) {
    this.#sandbox = sandbox;
    this.#directory = directory;
    this.openDirectory = `${directory}.partial`;
    this.#options = options;
  }

  /** Takes its name away, or makes it; an earlier push may have left it open. */
  async open(): Promise<void> {
    await this.#lines(OPEN, []);
  }

  /** Gives it its name. */
  async close(): Promise<void> {
    await this.#lines(CLOSE, []);
  }

  /** Bytes of every file. */
  async sizes(): Promise<Map<string, number>> {
    const lines = await this.#lines(SIZES, []);
    return new Map(lines.map(([bytes, name]) => [name, Number(bytes)]));
  }

  /** SHA-256 of every file. */
  async digests(): Promise<Map<string, string>> {
    const lines = await this.#lines(DIGESTS, []);
    return new Map(lines.map(([digest, name]) => [name, digest]));
  }

  /** Removes files, and folders that have the name of one. */
  async remove(names: readonly string[]): Promise<void> {
    await this.#lines(REMOVE, names);
  }

  /** Runs a script that answers with lines of a word and a name. */
  async #lines(script: string, input: readonly string[]): Promise<[string, string][]> {
    const { user, signal } = this.#options;
    const command = ["/bin/sh", "-c", script, "sh", this.#directory, this.openDirectory];
    const stream = await this.#sandbox.stream(command, { user, signal });
    const words = firstWords(stream);
    const found: [string, string][] = [];
    const reading = (async () => {
      for await (const line of createInterface({ input: stream.stdout })) {
        const [, word, name] = /^(\S+) [ *]?\.\/(.*)$/.exec(line) ?? [];
        if (word !== undefined && name !== undefined) found.push([word, name]);
      }
    })();
    await pipeline(async function* () {
      for (const name of input) yield `${name}\n`;
    }, stream.stdin);
    const { exitCode } = await stream.exit;
    await reading;
    signal?.throwIfAborted();
    if (exitCode !== 0) throw new SandboxFileError(this.#directory, "failed", words() || `exit code ${exitCode}`);
    return found;
  }
}

const OPEN = `set -e
mkdir -p "\${1%/*}"
if [ -d "$1" ] && [ -d "$2" ]; then rm -rf -- "$2"; fi
if [ -d "$1" ]; then mv -- "$1" "$2"; else mkdir -p "$2"; fi
find "$2" ! -type d ! -type f -exec rm -f -- {} +`;
const CLOSE = `set -e
if [ -d "$2" ]; then
  chmod go-w "$2"
  sync
  mv -- "$2" "$1"
fi
[ -d "$1" ] || mkdir -p "$1"`;
const ENTER = `if [ -d "$1" ]; then cd "$1"; elif [ -d "$2" ]; then cd "$2"; else exit 0; fi`;
const SIZES = `${ENTER}\nfind . ! -type d -exec stat -c '%s %n' {} +`;
const DIGESTS = `${ENTER}\nfind . -type f -exec sha256sum {} +`;
const REMOVE = `cd "$2" || exit 1
while IFS= read -r name; do rm -rf -- "./$name" || exit 1; done`;
