import { describe, expect, it } from "vitest";
import { completeSample } from "./complete-sample.js";
import { condenseSample, resolveSample } from "./condense-sample.js";
import { toJsonText } from "./json-text.js";
import { exampleSample } from "./testing/index.js";

const NOW = new Date("2026-11-23T23:07:23Z");
const complete = (options: Parameters<typeof exampleSample>[0]) => completeSample(exampleSample(options), NOW);

describe("condenseSample", () => {
  it("comes back as it was", () => {
    const sample = complete({ turns: 6 });
    expect(resolveSample(condenseSample(sample))).toEqual(sample);
  });

  it("changes nothing when done twice", () => {
    const once = condenseSample(complete({ turns: 4 }));
    expect(condenseSample(once)).toEqual(once);
  });

  it("grows with the turns and not with their square", () => {
    const size = (turns: number): number =>
      toJsonText(condenseSample(complete({ turns, commandOutput: "y".repeat(500) }))).length;
    const inline = (turns: number): number => toJsonText(complete({ turns, commandOutput: "y".repeat(500) })).length;
    const base = size(1);
    expect((size(57) - base) / (size(15) - base)).toBeLessThan(4.5);
    expect(inline(57) / inline(15)).toBeGreaterThan(8);
  });

  it("keeps one entry for a message that comes again with another id", () => {
    const sample = complete({ turns: 3 });
    let renamed = 0;
    const condensed = condenseSample({
      ...sample,
      events: sample.events?.map((event) =>
        event.event === "model"
          ? { ...event, input: event.input.map((message) => ({ ...message, id: `again-${renamed++}` })) }
          : event,
      ),
    });
    expect(condensed.events_data?.messages).toHaveLength(6);
    expect(condensed.events?.filter(({ event }) => event === "model").at(-1)).toMatchObject({
      input: [],
      input_refs: [[0, 6]],
    });
  });

  it("leaves tool results inline, which no reader resolves, and moves pictures out of them", () => {
    const picture = `data:image/png;base64,${"A".repeat(200)}`;
    const sample = completeSample(
      exampleSample({
        messages: [{ role: "user", content: [{ type: "image", image: picture }] }],
        events: [
          {
            event: "tool",
            id: "1",
            function: "bash",
            arguments: { command: "c".repeat(200) },
            result: "r".repeat(200),
          },
          { event: "tool", id: "2", function: "view", arguments: {}, result: [{ type: "image", image: picture }] },
        ],
      }),
      NOW,
    );
    const condensed = condenseSample(sample);
    const [first, second] = condensed.events ?? [];
    expect(first).toMatchObject({
      result: "r".repeat(200),
      arguments: { command: expect.stringMatching(/^attachment:/) },
    });
    expect(second).toMatchObject({ result: [{ image: expect.stringMatching(/^attachment:/) }] });
    expect(condensed.messages?.[0]?.content).toMatchObject([{ image: expect.stringMatching(/^attachment:/) }]);
    expect(Object.keys(condensed.attachments ?? {})).toHaveLength(2);
    expect(resolveSample(condensed)).toEqual(sample);
  });
});

describe("completeSample", () => {
  it("turns an event that no reader knows into an info event, since one such makes the sample unreadable", () => {
    const odd = JSON.parse('{"event":"validation","valid":true}');
    expect(completeSample(exampleSample({ events: [odd] }), NOW).events?.[0]).toMatchObject({
      event: "info",
      source: "mlebench",
      data: { event: "validation", valid: true },
    });
  });

  it("gives an event without a time that of the one before", () => {
    const events = completeSample(
      exampleSample({
        events: [
          { event: "info", data: 1, timestamp: "2026-11-23T23:07:30+00:00", working_start: 6 },
          { event: "info", data: 2 },
        ],
      }),
      NOW,
    ).events;
    expect(events?.[1]).toMatchObject({ timestamp: "2026-11-23T23:07:30+00:00", working_start: 6 });
  });
});
