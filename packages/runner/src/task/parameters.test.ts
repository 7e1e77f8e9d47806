import { expect, it } from "vitest";
import { checkTaskArgs } from "./parameters.js";

it("takes the Inspect eval's names in snake_case", () => {
  const { parameters, modules } = checkTaskArgs({
    split: "low.txt",
    max_messages: 50,
    docker_image_name: "my-image",
    mem_override: null,
    compose_overrides: { shm_size: "2gb" },
    skip_tos_check: true,
    sandbox_type: "local",
    solver: "./solver.mjs@mine",
    scorer: null,
  });
  expect(parameters).toEqual({
    split: "low.txt",
    maxMessages: 50,
    dockerImageName: "my-image",
    memOverride: null,
    composeOverrides: { shm_size: "2gb" },
    skipTosCheck: true,
    sandboxType: "local",
  });
  expect(modules).toEqual({ solver: "./solver.mjs@mine", scorer: null });
});

it("suggests the nearest name for an unknown key", () => {
  expect(() => checkTaskArgs({ max_mesages: 3 })).toThrow(
    expect.objectContaining({
      message: 'Unknown task parameter "max_mesages".',
      hint: expect.stringContaining("max_messages"),
    }),
  );
});

it("names a value of the wrong kind", () => {
  expect(() => checkTaskArgs({ max_messages: "many" })).toThrow(/max_messages is wrong/);
  expect(() => checkTaskArgs({ cpu_override: 0 })).toThrow(/cpu_override is wrong/);
  expect(() => checkTaskArgs({ solver: 3 })).toThrow(/solver is wrong/);
});
