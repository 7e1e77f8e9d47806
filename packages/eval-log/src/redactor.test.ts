import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { createRedactor } from "./redactor.js";

const SECRET = "sk-test/+4f9e 'q\"\\é";
const redact = createRedactor([SECRET, undefined, "", "abc"]);
const PARTS = ["sk-test", "4f9e"];

describe("createRedactor", () => {
  it.each([
    ["as it is", `key=${SECRET} and more`],
    ["in JSON", JSON.stringify({ key: SECRET })],
    ["in JSON within JSON", JSON.stringify({ body: JSON.stringify({ key: SECRET }) })],
    ["URL-encoded", `https://host/?key=${encodeURIComponent(SECRET)}&x=1`],
    ["URL-encoded in lower case", `https://host/?key=${encodeURIComponent(SECRET).toLowerCase()}`],
    ["form-encoded", encodeURIComponent(SECRET).replaceAll("%20", "+")],
    ["in base64", Buffer.from(SECRET).toString("base64")],
    ["in URL-safe base64", Buffer.from(SECRET).toString("base64url")],
    ["in a Basic header", `Authorization: Basic ${Buffer.from(`user:${SECRET}`).toString("base64")}`],
    ["in hexadecimal", Buffer.from(SECRET).toString("hex")],
    ["in a shell command", `curl -H 'x: ${SECRET.replaceAll("'", `'"'"'`)}'`],
  ])("takes the secret out %s", (_how, text) => {
    const clean = redact(text);
    expect(clean).toContain("[redacted]");
    expect(clean).not.toContain("sk-test");
    for (const shift of ["", "u", "us"]) {
      const core = Buffer.from(shift + SECRET)
        .toString("base64")
        .slice(4, -4);
      expect(clean).not.toContain(core);
    }
  });

  it("goes through lists, objects and their keys, and leaves the rest as it is", () => {
    const value = { a: [1, null, { deep: `x${SECRET}y` }], [SECRET]: true, clean: { same: ["z"] } };
    const result = redact(value);
    expect(result).toEqual({ a: [1, null, { deep: "x[redacted]y" }], "[redacted]": true, clean: { same: ["z"] } });
    expect(result.clean).toBe(value.clean);
    expect(value.a[2]).toEqual({ deep: `x${SECRET}y` });
  });

  it("does not touch what is too short to be a secret", () => {
    expect(redact("abc")).toBe("abc");
    expect(createRedactor(["", undefined])("anything")).toBe("anything");
  });

  it("finds any secret in any text in base64 at any place", () => {
    const secret = fc.stringMatching(/^[ -~]{16,40}$/).filter((text) => text.trim() === text);
    fc.assert(
      fc.property(secret, fc.string(), fc.string(), (text, before, after) => {
        const clean = createRedactor([text]);
        const encoded = Buffer.from(before + text + after).toString("base64");
        expect(clean(encoded)).not.toBe(encoded);
        const decoded = Buffer.from(clean(encoded).replaceAll("[redacted]", ""), "base64").toString();
        expect(decoded).not.toContain(text);
        expect(clean(before + text + after)).not.toContain(text);
      }),
    );
  });

  it("has no part of the secret left in text around it", () => {
    const clean = redact([`${SECRET}${SECRET}`, `"${SECRET}"`]);
    for (const part of PARTS) expect(JSON.stringify(clean)).not.toContain(part);
  });
});
