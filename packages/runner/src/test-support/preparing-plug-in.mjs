// Competitions whose preparers meet each other, or misbehave, each in the way its name says.
import { execFileSync, spawn } from "node:child_process";
import { appendFileSync, copyFileSync, existsSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { toyCompetition } from "@mlebench/competitions/testing";

const pause = () => Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 5);

/** Blocks this process until a file is there. */
function waitFor(path) {
  while (!existsSync(path)) pause();
}

const PREPARERS = {
  /** Two of these end only when both run at one time, in two processes: neither ever gives way. */
  "meets-one": ({ directory }) => meet(directory, "one", "two"),
  "meets-two": ({ directory }) => meet(directory, "two", "one"),
  /** Never ends, and says so; an archiver of its own never ends either. */
  loops: ({ directory }) => {
    const helper = spawn("sleep", ["1000"], { stdio: "ignore" });
    writeFileSync(join(directory, "pids"), `${process.pid} ${helper.pid}`);
    for (;;) pause();
  },
  /** Ends, and what it started does not. */
  leaves: () => spawn("sleep", ["1000"], { stdio: ["ignore", "ignore", "inherit"] }).unref(),
  allocates: () => {
    const kept = [];
    for (;;) kept.push(Buffer.alloc(16 << 20, 1));
  },
  exits: () => process.exit(7),
  throws: () => {
    throw new Error("the preparer is broken");
  },
  /** Works, and says what it saw. */
  tells: ({ directory, progress }) => {
    progress("counting", 1, 2);
    appendFileSync(
      join(directory, "seen"),
      `${process.pid} ${process.env.TOY_SETTING} ${execFileSync("echo", ["ran"])}`,
    );
  },
};

function meet(directory, own, other) {
  writeFileSync(join(directory, `met-${own}`), "");
  waitFor(join(directory, `met-${other}`));
}

export default function preparing({ registerCompetition, registerPreparer, definePreparer }) {
  for (const [name, work] of Object.entries(PREPARERS)) {
    const id = `preparing-${name}`;
    registerCompetition({
      competition: toyCompetition(id),
    });
    registerPreparer(
      definePreparer({
        id,
        async prepare({ raw, publicDir, privateDir, progress }) {
          // The data directory: <it>/<id>/raw/all.csv
          await work({ directory: dirname(dirname(dirname(raw.file("all.csv")))), progress });
          copyFileSync(raw.file("all.csv"), publicDir.file("sample_submission.csv"));
          copyFileSync(raw.file("all.csv"), privateDir.file("test.csv"));
        },
      }),
    );
  }
}
