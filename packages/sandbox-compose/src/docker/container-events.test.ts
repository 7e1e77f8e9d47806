import { PassThrough, type Readable } from "node:stream";
import { describe, expect, it } from "vitest";
import { ContainerEvents } from "./container-events.js";

const event = (Action: string, Attributes: Record<string, string> = {}) =>
  `${JSON.stringify({ Type: "container", Action, Actor: { ID: "c", Attributes } })}\n`;

async function listen() {
  const stream = new PassThrough();
  const events = new ContainerEvents({ containerEvents: async (): Promise<Readable> => stream }, "c");
  await events.start();
  return { stream, events };
}

describe("what an engine reports of a container", () => {
  it("is a death alone when what ran in it ended it", async () => {
    const { stream, events } = await listen();
    stream.write(event("exec_create: /bin/sh") + event("die", { exitCode: "137" }));
    expect(await events.untilDeath()).toEqual({ byOthers: undefined, watched: true });
    events.close();
  });

  it("is a kill, stop or restart too when another client did it, however it is cut into pieces", async () => {
    for (const [lines, words] of [
      [event("kill", { signal: "9" }) + event("die"), /killed by another client \(signal 9\)/],
      [event("kill", { signal: "15" }) + event("die") + event("stop"), /signal 15/],
      [event("die") + event("start") + event("restart"), /started again by another client/],
    ] as const) {
      const { stream, events } = await listen();
      for (const character of lines) stream.write(character);
      expect((await events.untilDeath()).byOthers).toMatch(words);
      events.close();
    }
  });

  it("is not known of an engine that went away meanwhile", async () => {
    const { stream, events } = await listen();
    stream.end();
    await new Promise((resolve) => setTimeout(resolve, 20));
    expect((await events.untilDeath()).watched).toBe(false);
  });

  it("is not believed when it is no event", async () => {
    const { stream, events } = await listen();
    stream.write(`nonsense\n{"Action":7}\nnull\n${event("die")}`);
    expect(await events.untilDeath()).toEqual({ byOthers: undefined, watched: true });
    events.close();
  });
});
