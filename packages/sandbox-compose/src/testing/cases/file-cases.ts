import assert from "node:assert/strict";
import { randomBytes } from "node:crypto";
import { OutputLimitError } from "../../errors.js";
import { problemOf, sh, text } from "./helpers.js";
import type { ProviderCase } from "./provider-case.js";

export const FILE_CASES: readonly ProviderCase[] = [
  {
    name: "writes and reads any bytes, makes parent folders, sets the mode",
    async run({ sandbox, directory }) {
      const bytes = randomBytes(100_000);
      const path = `${directory}/deep/er/file with space`;
      await sandbox.writeFile(path, bytes, { mode: 0o755 });
      assert.ok(Buffer.from(await sandbox.readFile(path)).equals(bytes));
      const listed = await sandbox.exec(["ls", "-l", path]);
      assert.match(listed.stdout, /^-rwxr-xr-x/);
      await sandbox.writeFile(path, "shorter");
      assert.equal(await text(sandbox, path), "shorter");
    },
  },
  {
    name: "replaces a link instead of writing through it",
    async run({ sandbox, directory }) {
      await sandbox.exec(sh(`cd ${directory}; echo precious >target; ln -s target link`));
      await sandbox.writeFile(`${directory}/link`, "new");
      assert.equal(await text(sandbox, `${directory}/target`), "precious\n");
      assert.equal(await text(sandbox, `${directory}/link`), "new");
    },
  },
  {
    name: "streams a large file in without holding it",
    async run({ sandbox, directory }) {
      const chunk = randomBytes(2 ** 20);
      async function* chunks(): AsyncIterable<Uint8Array> {
        for (let index = 0; index < 24; index += 1) yield chunk;
      }
      await sandbox.writeFile(`${directory}/large`, chunks());
      assert.equal(
        (await sandbox.exec(["wc", "-c", `${directory}/large`])).stdout.trim().split(" ")[0],
        String(24 * 2 ** 20),
      );
    },
  },
  {
    name: "leaves nothing of a file whose content breaks off, and says why",
    async run({ sandbox, directory }) {
      async function* chunks(): AsyncIterable<Uint8Array> {
        yield Buffer.from("the beginning");
        throw new Error("the source is gone");
      }
      await sandbox.exec(["mkdir", "-p", `${directory}/half`]);
      await assert.rejects(sandbox.writeFile(`${directory}/half/file`, chunks()), /the source is gone/);
      assert.equal((await sandbox.exec(["ls", "-A", `${directory}/half`])).stdout, "");
    },
  },
  {
    name: "stops at once reading a file that is too long, and goes on",
    async run({ sandbox, directory }) {
      await sandbox.exec(sh(`cd ${directory}; head -c 30000000 /dev/zero >long`));
      await assert.rejects(
        sandbox.readFile(`${directory}/long`, { maxBytes: 5000 }),
        (error) => error instanceof OutputLimitError,
      );
      assert.equal((await sandbox.exec(["echo", "on"])).stdout, "on\n");
    },
  },
  {
    name: "says what is wrong with a file",
    async run({ sandbox, directory }) {
      await sandbox.exec(sh(`cd ${directory}; mkfifo pipe; head -c 5000 /dev/zero >long`));
      assert.equal(await problemOf(sandbox.readFile(`${directory}/none`)), "not-found");
      assert.equal(await problemOf(sandbox.readFile(directory)), "directory");
      assert.equal(await problemOf(sandbox.readFile(`${directory}/pipe`)), "not-a-file");
      assert.equal(await problemOf(sandbox.writeFile(directory, "x")), "directory");
      assert.equal(await problemOf(sandbox.writeFile(`${directory}/new/`, "x")), "directory");
      assert.equal(await problemOf(sandbox.writeFile(`${directory}/new`, "x", { mode: 0.5 })), "failed");
      assert.equal(await problemOf(sandbox.readFile(`${directory}/a\0b`)), "failed");
      await assert.rejects(
        sandbox.readFile(`${directory}/long`, { maxBytes: 4999 }),
        (error) => error instanceof OutputLimitError,
      );
      assert.equal((await sandbox.readFile(`${directory}/long`, { maxBytes: 5000 })).length, 5000);
    },
  },
];
