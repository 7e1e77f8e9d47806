import { spawn } from "node:child_process";
import { writeFile } from "node:fs/promises";
import { text } from "node:stream/consumers";
import { fileURLToPath } from "node:url";
import { startAnthropicServer, startOpenAiServer } from "../../testing/index.js";
import { PARITY_SCRIPTS } from "./scripts.js";
import { TEXTS, turnsOf, wireRecords } from "./wire.js";

/** The requests that Inspect sent, by the names of their conversations. */
export const INSPECT_REQUESTS = new URL("./__fixtures__/inspect-requests.json", import.meta.url);

/**
 * Records what Inspect sends in every conversation.
 * @param python a Python that has inspect-ai 0.3.285, openai 3.57 and anthropic 2.14.
 */
export async function recordInspect(python: string): Promise<void> {
  const running = await Promise.all(
    PARITY_SCRIPTS.map(async ({ protocol, path = "/v1", replies, config = {}, name, model }) => {
      const start = protocol === "anthropic" ? startAnthropicServer : startOpenAiServer;
      const server = await start({ replies: turnsOf(replies) });
      const url = new URL(server.url).origin + path;
      return { server, script: { name, model, config, turns: replies.length, url } };
    }),
  );
  const conversations = fileURLToPath(new URL("../../../parity/inspect-conversations.py", import.meta.url));
  const child = spawn(python, [conversations], { stdio: ["pipe", "ignore", "pipe"] });
  child.stdin.end(JSON.stringify({ texts: TEXTS, scripts: running.map(({ script }) => script) }));
  const said = (await text(child.stderr)).trim();
  const recorded = Object.fromEntries(running.map(({ server, script }) => [script.name, wireRecords(server)]));
  await Promise.all(running.map(({ server }) => server.close()));
  const missing = running.filter(({ script }) => recorded[script.name]?.length !== script.turns);
  if (missing.length > 0) {
    throw new Error(`Incomplete: ${missing.map(({ script }) => script.name).join(", ")}\n${said}`);
  }
  await writeFile(INSPECT_REQUESTS, `${JSON.stringify(recorded)}\n`);
}
