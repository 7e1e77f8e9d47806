import fc from "fast-check";
import { expect, it } from "vitest";
import { encodeTunnelFrame, TUNNEL_FRAME, TunnelFrameReader } from "./tunnel-protocol.js";

it("gives back the frames however the bytes are cut", () => {
  const frame = fc.record({
    kind: fc.constantFrom(...Object.values(TUNNEL_FRAME)),
    connection: fc.integer({ min: 0, max: 0xffffffff }),
    payload: fc.uint8Array({ maxLength: 200 }),
  });
  fc.assert(
    fc.property(fc.array(frame, { maxLength: 10 }), fc.integer({ min: 1, max: 50 }), (frames, step) => {
      const bytes = Buffer.concat(
        frames.map(({ kind, connection, payload }) => encodeTunnelFrame(kind, connection, payload)),
      );
      const reader = new TunnelFrameReader();
      const seen: unknown[] = [];
      for (let at = 0; at < bytes.length; at += step) {
        for (const { kind, connection, payload } of reader.push(bytes.subarray(at, at + step))) {
          seen.push({ kind, connection, payload: Uint8Array.from(payload) });
        }
      }
      expect(seen).toEqual(frames);
    }),
  );
});

it("refuses an unknown kind and a length over the limit before the payload arrives", () => {
  expect(() => [...new TunnelFrameReader().push(Buffer.from("HTTP/1.1 200"))]).toThrow(/unknown frame kind/);
  const long = encodeTunnelFrame(TUNNEL_FRAME.data, 1);
  long.writeUInt32BE(0xffffffff, 5);
  expect(() => [...new TunnelFrameReader().push(long)]).toThrow(/4294967295 bytes/);
});
