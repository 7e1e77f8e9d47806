import { describe, expect, it } from "vitest";
import { type CountedCall, noCalls, recordCalls } from "./record-calls.js";
import { Transcript } from "./transcript.js";

function recorder() {
  const record = { validationCalls: noCalls() };
  const transcript = new Transcript();
  const shown: CountedCall[] = [];
  return { record, transcript, shown, onCall: recordCalls(record, transcript, (call) => shown.push(call)) };
}

describe("calls of the validation endpoint", () => {
  it("are counted, and only the first of them are events, however many there are", () => {
    const { record, transcript, onCall } = recorder();
    for (let call = 0; call < 5000; call += 1) onCall({ outcome: "invalid", reason: "x", bytes: 1, seconds: 0 });
    expect(record.validationCalls).toEqual({ valid: 0, invalid: 5000, error: 0, refused: 0 });
    expect(transcript.events).toHaveLength(200);
    expect(JSON.stringify(transcript.events.at(-1))).toContain("Further calls are only counted.");
  });

  it("are shown once when many in a row are refused", () => {
    const { record, transcript, shown, onCall } = recorder();
    onCall({ outcome: "valid", bytes: 1, seconds: 0 });
    for (let call = 0; call < 4000; call += 1) onCall({ outcome: "refused", bytes: 0, seconds: 0 });
    onCall({ outcome: "valid", bytes: 1, seconds: 0 });
    expect(shown.map(({ outcome }) => outcome)).toEqual(["valid", "refused", "valid"]);
    expect(shown.at(-1)?.counts).toEqual({ valid: 2, invalid: 0, error: 0, refused: 4000 });
    expect(record.validationCalls.refused).toBe(4000);
    expect(transcript.events).toHaveLength(3);
  });
});
