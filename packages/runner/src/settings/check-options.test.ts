import { describe, expect, it } from "vitest";
import { prepareCompetitions } from "../data/preparation/prepare-competitions.js";
import { evalSet } from "../eval-set/eval-set.js";
import { gradeBounded } from "../grading/bounded-grading.js";
import { runEval } from "../run/run-eval.js";
import { scoreLog } from "../score/score-log.js";
import { type MleBenchParams, mleBench } from "../task/mle-bench.js";

/** What a program in JavaScript may write, that no type stops. */
const unchecked = <T>(options: object): T => options as T;
const run = async (options: object) =>
  runEval(unchecked({ task: await mleBench(), model: "mock/default", ...options }));

describe("options that a program mistyped", () => {
  it.each([
    ["logDirectory", "logs", /logDir/],
    ["maxSample", 2, /maxSamples/],
    ["scoresOnError", true, /scoreOnError/],
  ])("are refused by name: %s", async (name, value, hint) => {
    await expect(run({ [name]: value })).rejects.toMatchObject({
      code: "RUNNER_USAGE",
      message: `Unknown option "${name}" of runEval.`,
      hint: expect.stringMatching(hint),
    });
  });

  it("are refused in the parts of the options too", async () => {
    await expect(run({ generate: { temprature: 1 } })).rejects.toThrow('Unknown option "temprature" of generate.');
    await expect(run({ modelOptions: { baseURL: "x" } })).rejects.toMatchObject({ hint: "Did you mean baseUrl?" });
    await expect(run({ agent: { pythn: true } })).rejects.toThrow('Unknown option "pythn" of agent.');
  });

  it.each([
    ["tokenLimit", "many", "number such as"],
    ["failOnError", -1, "a share below 1"],
    ["tags", "a,b", "a list of texts"],
    ["protocol", "fast", "one of inspect, mle-bench, quick"],
  ])("are refused with a value of a wrong kind: %s", async (name, value, expected) => {
    await expect(run({ [name]: value })).rejects.toMatchObject({
      code: "RUNNER_USAGE",
      message: expect.stringContaining(expected),
    });
    await expect(run({ [name]: undefined, retryOnError: -1 })).rejects.toThrow("retryOnError");
  });

  it("are refused by every other function that takes some", async () => {
    const wrong = { dataDirectory: "data" };
    await expect(evalSet(unchecked({ tasks: [], models: [], logDir: "logs", resumeLog: "x" }))).rejects.toThrow(
      "resumeLog",
    );
    await expect(scoreLog("x.eval", unchecked(wrong))).rejects.toMatchObject({ hint: "Did you mean dataDir?" });
    await expect(prepareCompetitions([], unchecked(wrong))).rejects.toMatchObject({ hint: "Did you mean dataDir?" });
    await expect(gradeBounded("x.csv", "y", unchecked({ privateDirectory: "z" }))).rejects.toThrow("privateDirectory");
    await expect(mleBench(unchecked<MleBenchParams>({ epoch: 2 }))).rejects.toMatchObject({
      hint: "Did you mean epochs?",
    });
  });
});
