import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { settingsFromLog, settingsIdentity, settingsToLog } from "./log-settings.js";
import { mergeSettings } from "./merge-settings.js";
import { optionTable } from "./option-table.js";
import { wholeNumber } from "./readers.js";
import { defaultText, flagsOf, longFlag, type Setting, setting } from "./setting.js";
import { rowsOf, type SettingValues } from "./setting-values.js";
import { SETTINGS } from "./settings.js";

/** Values of all kinds; a row takes those that its reader takes. */
const VALUES: readonly unknown[] = [
  ...[0, 0.01, 0.25, 1, 2, 3.5, 64, 600, 1800, 16_384, true, false],
  ...["a", "2-5", "7", "local", "inspect", "mle-bench", "quick", "disabled", "auto", "high", "plain", "none", "debug"],
  ...[["a"], ["x", "y z"], {}, { a: 1 }, { a: "x", deep: { b: [1, null] } }],
  ...[
    { strategy: "edit", thresholdTokens: 150_000 },
    { strategy: "trim", thresholdTokens: 1 },
  ],
];

const valuesOf = (row: Setting): unknown[] => VALUES.filter((value) => row.read.isValue(value));

const anySettings = fc.record(
  Object.fromEntries(rowsOf().map((row) => [row.name, fc.constantFrom(...valuesOf(row))])),
  { requiredKeys: [] },
) as fc.Arbitrary<SettingValues>;

describe("the table", () => {
  it("has a reader for every row that takes some value and refuses another", () => {
    for (const row of rowsOf()) {
      expect(valuesOf(row), row.name).not.toEqual([]);
      expect(row.read.isValue(Symbol("none")), row.name).toBe(false);
      expect(row.read.expects, row.name).toMatch(/^It must .*\.$/);
      if (row.default !== undefined) expect(row.read.isValue(row.default), row.name).toBe(true);
    }
  });

  it("names no flag twice in one command", () => {
    for (const command of ["run", "eval-set"] as const) {
      const flags = rowsOf()
        .filter(({ commands }) => commands?.includes(command) ?? true)
        .flatMap((row) => flagsOf(row).map(longFlag));
      expect(new Set(flags).size).toBe(flags.length);
    }
  });

  it("keeps in a log what is read back from it", () => {
    fc.assert(
      fc.property(anySettings, (given) => {
        // Without a word about scoring there is scoring; no limit of messages is a limit of null.
        const { score, ...values } = given;
        const logged = JSON.parse(JSON.stringify(settingsToLog(given)));
        const read = settingsFromLog(logged);
        expect(read.score).toBe(score === false ? false : undefined);
        for (const row of rowsOf()) {
          if (row.log === undefined && !["task", "generate", "agent"].includes(row.at)) continue;
          const value: unknown = Reflect.get(values, row.name);
          if (value !== undefined) expect(Reflect.get(read, row.name), row.name).toEqual(value);
        }
        expect(settingsToLog(read)).toEqual(settingsToLog({ ...read, ...given }));
      }),
    );
  });

  it("needs one row for a new setting: type, log, resume, identity and documentation follow", () => {
    const luck = setting("run", "limits", "--luck <n>", wholeNumber(), {
      help: "how lucky the agent may be",
      default: 7,
      log: "metadata.luck",
      identity: "limits",
    });
    luck satisfies Setting<number, "run">;
    const table = { ...SETTINGS, luck };
    const given = { luck: 3, tokenLimit: 5 } as SettingValues;
    const spec = settingsToLog(given, table);
    expect(spec).toMatchObject({ metadata: { luck: 3 } });
    expect(settingsFromLog(spec, table)).toMatchObject(given);
    expect(settingsFromLog({ metadata: { luck: "much" } }, table)).not.toHaveProperty("luck");
    expect(settingsIdentity(spec, table)).toMatchObject({ limits: { luck: 3, token_limit: 5 } });
    expect(optionTable(table)).toMatch(/^\| `--luck <n>` +\| how lucky the agent may be +\| 7 +\|$/m);
    expect(defaultText(luck)).toBe("7");
  });
});

describe("layers", () => {
  it("give each setting its strongest value, pairs key by key, and say where they came from", () => {
    const { values, origins } = mergeSettings([
      { source: "flag", values: { epochs: 1, args: { a: 1 } }, where: { epochs: "flag --epochs", args: "flag -M" } },
      { source: "run-config", values: { epochs: 2, tokenLimit: 2, args: { a: 2, b: 2 } }, where: "run.yaml" },
      { source: "resumed log", values: { epochs: 3, tokenLimit: 3, turnLimit: 3, messageLimit: null } },
    ]);
    expect(values).toEqual({ epochs: 1, args: { a: 1, b: 2 }, tokenLimit: 2, turnLimit: 3, messageLimit: null });
    expect(origins).toEqual({
      epochs: { source: "flag", where: "flag --epochs" },
      args: { source: "flag", where: "flag -M, run.yaml" },
      tokenLimit: { source: "run-config", where: "run.yaml" },
      turnLimit: { source: "resumed log", where: "resumed log" },
      messageLimit: { source: "resumed log", where: "resumed log" },
    });
  });

  it("may be closed to a setting: an error names both, and a .env file is passed over with a warning", () => {
    const table = {
      ...SETTINGS,
      door: setting("command", "what", "--door <name>", wholeNumber(), { help: "what it opens", sources: ["flag"] }),
    };
    const layer = (source: "flag" | "run-config" | ".env", where: string) => [
      { source, values: { door: 1 } as SettingValues, where },
    ];
    expect(mergeSettings(layer("flag", "flag --door"), table).values).toEqual({ door: 1 });
    expect(() => mergeSettings(layer("run-config", "run.yaml"), table)).toThrow("--door cannot be set by run.yaml.");
    const { values, warnings } = mergeSettings(layer(".env", "MLEBENCH_DOOR in /home/.env"), table);
    expect(values).toEqual({});
    expect(warnings).toEqual([
      "MLEBENCH_DOOR in /home/.env is ignored: it cannot be set in a .env file. Give it with --door.",
    ]);
  });
});
