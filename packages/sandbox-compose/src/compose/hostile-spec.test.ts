import { describe, expect, it } from "vitest";
import { ComposeSpecError } from "../errors.js";
import { mergeCompose } from "./merge.js";
import { parseComposeSpec } from "./parse.js";
import type { ComposeInput } from "./spec.js";

/** Far more than any of these takes, far less than what the same took before there were bounds. */
const BOUND_MS = 3000;

const errorOf = (act: () => unknown): unknown => {
  try {
    act();
  } catch (error) {
    return error;
  }
  return undefined;
};

const circle: Record<string, unknown> = {};
circle["x-self"] = circle;
const deep = (levels: number): unknown => {
  let value: unknown = [];
  for (let level = 0; level < levels; level += 1) value = [value];
  return value;
};
const laughs = (): unknown => {
  let value: unknown = ["ha"];
  for (let level = 0; level < 12; level += 1) value = Array(10).fill(value);
  return value;
};
const bombOfAliases = Array.from({ length: 9 }, (_, at) =>
  at === 0
    ? "  a0: &a0 [x, x]"
    : `  a${at}: &a${at} [${Array(10)
        .fill(`*a${at - 1}`)
        .join(", ")}]`,
).join("\n");
const SERVICE = "services: { default: { image: a } }";

describe("one clear error in bounded time for", () => {
  it.each<[attack: string, spec: string | (() => ComposeInput), says: RegExp]>([
    ["an anchor that holds itself", `x-a: &a { b: *a }\n${SERVICE}`, /hold themselves/],
    ["two anchors that hold each other", `x-a: &a { b: &b [*a, *b] }\n${SERVICE}`, /hold themselves/],
    ["anchors that grow without end", `x-l:\n${bombOfAliases}\n${SERVICE}`, /alias|values/i],
    ["a merge of itself", `x-a: &a\n  <<: *a\n${SERVICE}`, /./],
    ["a name of 30 MB", `services: { default: { image: "${"a".repeat(3e7)}" } }`, /at most 1048576/],
    ["50,000 lists in one another", `${SERVICE}\nx-d: ${"[".repeat(50_000)}${"]".repeat(50_000)}`, /levels deep/],
    ["50,000 lists that never end", `x-d: ${"[".repeat(50_000)}`, /levels deep/],
    ["50,000 maps in one another", `x-d: ${"{a: ".repeat(50_000)}${"}".repeat(50_000)}`, /levels deep/],
    ["lists in one another by dashes", `x-d: \n  ${"- ".repeat(50_000)}a`, /levels deep/],
    ["100,000 services", `services:\n${"  a: {image: b}\n".repeat(50_000)}`, /unique|values/],
    ["100,000 values", `${SERVICE}\nx-v: [${"1,".repeat(100_000)}]`, /more than 20000 values/],
    [
      "references in one another",
      `services: { default: { image: "${"${A:-".repeat(20_000)}x${"}".repeat(20_000)}" } }`,
      /within one another/,
    ],
    [
      "references that never end",
      `services: { default: { image: "${"${A:-".repeat(20_000)}" } }`,
      /is not a reference/,
    ],
    ["a key twice", "services: { default: { image: a, image: b } }", /unique/],
    ["two documents", `${SERVICE}\n---\n${SERVICE}`, /documents/],
    ["a tag that names code", 'services: !!js/function "x"', /tag/i],
    ["a tag of its own", "services: { default: { image: !evil a } }", /tag/i],
    [
      "the prototype as a key of a service",
      "services: { default: { image: a, __proto__: { privileged: true } } }",
      /__proto__/,
    ],
    [
      "the prototype as a key at the top",
      `__proto__: { services: { default: { privileged: true } } }\n${SERVICE}`,
      /__proto__/,
    ],
    ["a service called like the prototype", "services: { __proto__: { image: a } }", /__proto__/],
    [
      "a variable called like the prototype",
      "services: { default: { image: a, environment: { __proto__: x } } }",
      /__proto__/,
    ],
    [
      "constructor as a key",
      "services: { default: { image: a, constructor: { prototype: {} } } }",
      /constructor: unsupported key/,
    ],
    [
      "a dependency on a name of every object",
      "services: { default: { image: a, depends_on: [constructor] } }",
      /no such service/,
    ],
    [
      "a network with a name of every object",
      "services: { default: { image: a, networks: [toString] } }",
      /not declared/,
    ],
    [
      "a volume with a name of every object",
      'services: { default: { image: a, volumes: ["valueOf:/x"] } }',
      /not declared/,
    ],
    ["a build context that is an address", "services: { default: { build: https://198.51.100.1/x.git } }", /address/],
    ["a build context by git", "services: { default: { build: { context: git@198.51.100.1:x.git } } }", /address/],
    ["an object that holds itself", () => circle as unknown as ComposeInput, /hold themselves/],
    ["an object of 5,000 levels", () => ({ services: { default: { image: "a" } }, "x-d": deep(5000) }), /levels deep/],
    ["an object that grows without end", () => ({ services: { default: { image: "a" } }, "x-l": laughs() }), /values/],
    [
      "a list of 3,000 mistakes",
      () => ({ services: Object.fromEntries(Array.from({ length: 3000 }, (_, at) => [`s${at}`, { wrong: 1 }])) }),
      /and 29\d\d more/,
    ],
  ])("%s", (_attack, spec, says) => {
    const started = performance.now();
    const error = errorOf(() => parseComposeSpec(typeof spec === "string" ? spec : spec()));
    expect(error).toBeInstanceOf(ComposeSpecError);
    expect((error as ComposeSpecError).message).toMatch(says);
    expect((error as ComposeSpecError).message.length).toBeLessThan(40_000);
    expect(performance.now() - started).toBeLessThan(BOUND_MS);
    expect(({} as { privileged?: boolean }).privileged).toBeUndefined();
  });

  it("overrides that hold themselves, or a prototype", () => {
    const base = parseComposeSpec(SERVICE);
    const loop: Record<string, unknown> = {};
    loop["services"] = loop;
    expect(errorOf(() => mergeCompose(base, loop))).toBeInstanceOf(ComposeSpecError);
    const proto = JSON.parse('{"services":{"default":{"__proto__":{"privileged":true}}}}') as Record<string, unknown>;
    expect(errorOf(() => mergeCompose(base, proto))).toMatchObject({ message: expect.stringContaining("__proto__") });
  });
});
