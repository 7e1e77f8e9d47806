/** Prepares the made-up competition as a process of its own, which tests kill. One JSON argument; JSON lines out. */
import { copyFileSync, existsSync, renameSync } from "node:fs";
import { join } from "node:path";
import { setTimeout } from "node:timers/promises";
import { prepareCompetition } from "../prepare-competition.js";
import { MADE_UP_ID, registerMadeUpCompetition } from "./made-up-competition.js";

interface Arguments {
  readonly dataDir: string;
  /** What the "download" fetches. */
  readonly zip: string;
  /** Die at the nth progress event of a stage, such as `prepare 2`. */
  readonly dieAt?: string;
  /** Hold the lock until this file exists before preparing. */
  readonly gate?: string;
}

const { dataDir, zip, dieAt, gate }: Arguments = JSON.parse(process.argv[2] ?? "{}");
const say = (value: unknown) => process.stdout.write(`${JSON.stringify(value)}\n`);

registerMadeUpCompetition();
const events = new Map<string, number>();
try {
  const result = await prepareCompetition(MADE_UP_ID, {
    dataDir,
    description: async () => {
      while (gate !== undefined && !existsSync(gate)) await setTimeout(20);
      return "# Made up";
    },
    download: async (id, directory) => {
      const target = join(directory, `${id}.zip`);
      copyFileSync(zip, `${target}.part`);
      renameSync(`${target}.part`, target);
      return target;
    },
    onProgress: ({ stage, waitingFor }) => {
      say({ stage, waitingFor: waitingFor?.pid });
      const count = (events.get(stage) ?? 0) + 1;
      events.set(stage, count);
      if (`${stage} ${count}` === dieAt) process.kill(process.pid, "SIGKILL");
    },
  });
  say({ status: result.status });
} catch (error) {
  say({ error: String(error) });
  process.exitCode = 1;
}
