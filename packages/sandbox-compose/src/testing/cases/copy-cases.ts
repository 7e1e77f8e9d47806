import assert from "node:assert/strict";
import { readFile, stat } from "node:fs/promises";
import { join } from "node:path";
import { OutputLimitError, SandboxError } from "../../errors.js";
import { problemOf, sh } from "./helpers.js";
import type { ProviderCase } from "./provider-case.js";

export const COPY_CASES: readonly ProviderCase[] = [
  {
    name: "copies a file and a folder out",
    async run({ sandbox, directory, hostDirectory }) {
      await sandbox.exec(
        sh(
          `cd ${directory}; mkdir -p code/sub; echo a >code/a; printf '#!/bin/sh' >code/sub/run; chmod 755 code/sub/run; chmod 4777 code/a`,
        ),
      );
      const file = await sandbox.copyOut(`${directory}/code/a`, join(hostDirectory, "copied-file"));
      assert.deepEqual(file, { kind: "file", files: 1, bytes: 2, skipped: [], truncated: false });
      assert.equal(await readFile(join(hostDirectory, "copied-file"), "utf8"), "a\n");
      const folder = await sandbox.copyOut(`${directory}/code`, join(hostDirectory, "copied-folder"));
      assert.deepEqual([folder.kind, folder.files, folder.bytes], ["directory", 2, 11]);
      const { mode } = await stat(join(hostDirectory, "copied-folder/sub/run"));
      assert.equal(mode & 0o7777 & ~0o022, 0o755);
      assert.equal((await stat(join(hostDirectory, "copied-folder/a"))).mode & 0o6000, 0);
    },
  },
  {
    name: "never copies through a link: refused as a path, skipped and listed in a folder",
    async run({ sandbox, directory, hostDirectory }) {
      await sandbox.exec(
        sh(
          `cd ${directory}; mkdir real code; echo secret >real/file; ln -s ${directory}/real/file link; ln -s real parent; cd code; ln -s /etc/passwd up; ln -s ../real folder; mkfifo pipe; echo ok >ok`,
        ),
      );
      assert.equal(await problemOf(sandbox.copyOut(`${directory}/link`, join(hostDirectory, "refused"))), "link");
      assert.equal(
        await problemOf(sandbox.copyOut(`${directory}/parent/file`, join(hostDirectory, "refused"))),
        "link",
      );
      assert.equal(await problemOf(sandbox.copyOut(`${directory}/none`, join(hostDirectory, "refused"))), "not-found");
      assert.equal(
        await problemOf(sandbox.copyOut(`${directory}/code/pipe`, join(hostDirectory, "refused"))),
        "not-a-file",
      );
      const copy = await sandbox.copyOut(`${directory}/code`, join(hostDirectory, "with-links"));
      assert.equal(copy.files, 1);
      assert.deepEqual(
        copy.skipped
          .filter(({ reason }) => reason === "link")
          .map(({ path }) => path)
          .sort(),
        ["folder", "up"],
      );
      await assert.rejects(stat(join(hostDirectory, "refused")));
      await assert.rejects(stat(join(hostDirectory, "with-links/up")));
    },
  },
  {
    name: "ends a copy at once when told, and leaves nothing of it",
    async run({ sandbox, directory, hostDirectory }) {
      await sandbox.exec(
        sh(`cd ${directory}; mkdir many; cd many; i=0; while [ $i -lt 2000 ]; do : >$i; i=$((i+1)); done`),
      );
      const stop = new AbortController();
      const to = join(hostDirectory, "ended");
      const copying = sandbox.copyOut(`${directory}/many`, to, { signal: stop.signal });
      stop.abort(new Error("enough"));
      await assert.rejects(copying, /enough/);
      await assert.rejects(stat(to));
    },
  },
  {
    name: "holds to its limits and leaves nothing half done",
    async run({ sandbox, directory, hostDirectory }) {
      await sandbox.exec(
        sh(
          `cd ${directory}; mkdir big; cd big; for i in 1 2 3 4 5; do head -c 1000 /dev/zero >$i; done; truncate -s 100M sparse 2>/dev/null || true`,
        ),
      );
      const to = join(hostDirectory, "limited");
      await assert.rejects(
        sandbox.copyOut(`${directory}/big`, to, { maxBytes: 4500 }),
        (error) => error instanceof OutputLimitError,
      );
      await assert.rejects(
        sandbox.copyOut(`${directory}/big`, to, { maxFiles: 3 }),
        (error) => error instanceof OutputLimitError,
      );
      await assert.rejects(stat(to));
      const part = await sandbox.copyOut(`${directory}/big`, to, { maxBytes: 2500, onLimit: "stop" });
      assert.ok(part.truncated && part.bytes <= 2500 && part.files === 2, JSON.stringify(part));
      await assert.rejects(sandbox.copyOut(`${directory}/big`, to), (error) => SandboxError.is(error));
    },
  },
];
