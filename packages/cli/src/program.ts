import { Command, type CommandUnknownOpts, Option } from "@commander-js/extra-typings";
import { decimal, oneOf, SETTINGS, wholeNumber } from "@mlebench/runner/settings";
import packageJson from "../package.json" with { type: "json" };
import { addSettings } from "./options/add-settings.js";
import { announceEnvFile } from "./options/announce-env-file.js";
import { checkGivenOptions } from "./options/check-given-options.js";
import type { EnvFile } from "./options/load-env-file.js";
import { type OptionMaker, optionMaker, readBy, settingOption } from "./options/make-option.js";
import { toStderr, toStdout } from "./output/print.js";
import { style } from "./output/style.js";

const TASKS = "mle_bench (default), mle_bench_full or mle_bench_lite";

/**
 * All commands. What a command does is imported when it runs, so that `--help` starts at once.
 * @param env where options may come from as well.
 * @param envFile the file that some of its variables were read from.
 */
export function makeProgram(env: NodeJS.ProcessEnv, envFile?: EnvFile) {
  const make = optionMaker(env);
  const program = new Command("mlebench")
    .description(
      "MLE-bench: agents solve Kaggle competitions in sandboxes and are graded against the real medal lines.",
    )
    .version(packageJson.version)
    .showSuggestionAfterError()
    .exitOverride()
    .configureOutput({
      writeOut: toStdout,
      writeErr: toStderr,
      outputError: (text, write) => write(formatUsageError(text)),
    })
    .enablePositionalOptions()
    // Where else options come from is told once, below; see withHelp.
    .configureHelp({ optionDescription: ({ description }) => description })
    .hook("preAction", (_, command) => {
      announceEnvFile(envFile);
      checkGivenOptions(command);
    });

  const command = (name: string, description: string, parent: Command = program) =>
    parent.command(name).description(description);
  const logLevel = () => settingOption(make, SETTINGS.logLevel);
  const dataDir = () => settingOption(make, SETTINGS.dataDir);
  const checksums = () =>
    make(
      "--checksums <file>",
      "your own checksums (default: checksums.json in the data directory, where there is one)",
    );
  const plugIn = () =>
    settingOption(make, SETTINGS.plugIns, "module that registers competitions, graders and preparers");
  const json = () => settingOption(make, SETTINGS.json, "print JSON on stdout");
  const padMissing = () => make("--pad-missing", "count what is missing as no submission, as upstream's option does");

  const layersOf = async (self: CommandUnknownOpts) =>
    (await import("./options/read-layers.js")).readLayers(self, { env, envFile });
  addSettings(
    command("run", "Run a task: prepare, sandbox, agent, grade, log")
      .argument("[task]", TASKS)
      .action(async (task, _options, self) => (await import("./commands/run.js")).run(task, await layersOf(self))),
    make,
  );
  addSettings(
    command("eval-set", "Run several tasks or models into one log folder and finish what is unfinished")
      .argument("[task...]", TASKS)
      .action(async (tasks, _options, self) =>
        (await import("./commands/eval-set.js")).evalSetCommand(tasks, await layersOf(self)),
      ),
    make,
  );

  command("prepare", "Download and prepare competitions")
    .addOption(settingOption(make, SETTINGS.competitions, "these competitions"))
    .addOption(settingOption(make, SETTINGS.split, "a bundled split or a file of ids"))
    .addOption(make("--lite", "the low split"))
    .addOption(make("--all", "all competitions of the benchmark"))
    .addOption(settingOption(make, SETTINGS.rawDir, "raw files instead of a download"))
    .addOption(dataDir())
    .addOption(
      settingOption(make, SETTINGS.assetsDir, "upstream's descriptions and leaderboards, for machines without network"),
    )
    .addOption(settingOption(make, SETTINGS.obfuscate))
    .addOption(make("--leaderboards", "fetch the final private leaderboards too"))
    .addOption(make("--keep-raw", "keep the raw files and the zip"))
    .addOption(make("--drop-zip", "remove each zip as soon as it is unpacked, to need less disk"))
    .addOption(make("--skip-verification", "do not compare checksums"))
    .addOption(checksums())
    .addOption(make("--overwrite-checksums", "write what is made into that file instead of comparing"))
    .addOption(settingOption(make, SETTINGS.skipTosCheck, "do not check Kaggle's rules first"))
    .addOption(make("--max-downloads <n>", "downloads at a time (default 4)").argParser(readBy(wholeNumber())))
    .addOption(
      make("--max-rate <MB/s>", "of all downloads together (default no limit)").argParser(readBy(decimal(0.001))),
    )
    .addOption(
      make("--max-preparations <n>", "preparations at a time (default one per core)").argParser(readBy(wholeNumber())),
    )
    .addOption(
      make("--preparation-memory <MiB>", "of one preparation (default its share of the machine's)").argParser(
        readBy(wholeNumber(64)),
      ),
    )
    .addOption(plugIn())
    .addOption(json())
    .addOption(logLevel())
    .action(async (options) => (await import("./commands/prepare.js")).prepare(options));

  command("grade", "Grade the submissions of a JSON lines file as upstream does")
    .requiredOption("--submission <file.jsonl>", "lines with competition_id and submission_path")
    .requiredOption("--output-dir <dir>", "where the report is written")
    .addOption(dataDir())
    .addOption(plugIn())
    .addOption(logLevel())
    .action(async (options) => (await import("./commands/grade.js")).grade(options));

  command("grade-sample", "Grade one submission")
    .argument("<submission.csv>")
    .argument("<competition>")
    .addOption(dataDir())
    .addOption(plugIn())
    .addOption(json())
    .addOption(logLevel())
    .action(async (path, id, options) => (await import("./commands/grade.js")).gradeSample(path, id, options));

  command("list", "List the competitions")
    .addOption(settingOption(make, SETTINGS.split, "only those of a split"))
    .addOption(make("--category <text>", "only those of a category"))
    .addOption(make("--max-size <GB>", "only those with at most so much raw data").argParser(readBy(decimal(0))))
    .addOption(make("--demo", "the bundled demo too"))
    .addOption(plugIn())
    .addOption(json())
    .addOption(logLevel())
    .action(async (options) => (await import("./commands/list.js")).listCommand(options));

  command("tos", "Tell which competitions' rules are still to be accepted on Kaggle")
    .addOption(settingOption(make, SETTINGS.competitions, "these competitions"))
    .addOption(settingOption(make, SETTINGS.split, "a bundled split or a file of ids (default low)"))
    .addOption(make("--lite", "the low split"))
    .addOption(make("--all", "all competitions of the benchmark"))
    .addOption(make("--open", "open the pages in the browser, one by one"))
    .addOption(make("--recheck", "ask again for what is remembered as accepted"))
    .addOption(json())
    .addOption(logLevel())
    .action(async (options) => (await import("./commands/tos.js")).tos(options));

  const image = command("image", "The image of the sandboxes");
  command("build", "Build the image", image)
    .addOption(make("--target <target>", "lean (pandas, scikit-learn) or full (upstream's agent environment)"))
    .addOption(settingOption(make, SETTINGS.dockerImageName, "name of the image (default mlebench-env:<target>)"))
    .addOption(make("--base-image <image>", "image to build on"))
    .addOption(settingOption(make, SETTINGS.forceRebuild, "build even when the image exists"))
    .addOption(logLevel())
    .action(async (options) => (await import("./commands/image.js")).imageBuild(options));

  const resolveAttachments = () =>
    new Option("--resolve-attachments [how]", "put long texts back in their places: full or core").argParser(
      readBy(oneOf(["full", "core"])),
    );
  const log = command("log", "Look at logs");
  command("list", "List the logs of a folder", log)
    .addOption(settingOption(make, SETTINGS.logDir))
    .option(
      "--status <status>",
      "only those: started, success, cancelled or error",
      readBy(oneOf(["started", "success", "cancelled", "error"])),
    )
    .option("--absolute", "absolute paths")
    .option("--no-recursive", "not the folders below")
    .addOption(json())
    .addOption(logLevel())
    .action(async (options) => (await import("./commands/log.js")).logList(options));
  command("show", "Show a log's results and samples", log)
    .argument("<log>")
    .addOption(json())
    .addOption(logLevel())
    .action(async (path, options) => (await import("./commands/log.js")).logShow(path, options));
  command("dump", "Print a log as JSON", log)
    .argument("<log>")
    .option("--header-only", "without the samples")
    .addOption(resolveAttachments())
    .addOption(logLevel())
    .action(async (path, options) => (await import("./commands/log.js")).logDump(path, options));
  command("recover", "Save the whole samples of a log that was cut short or damaged", log)
    .argument("<log>")
    .option("--output <file>", "where the result goes (default <name>-recovered.eval beside the log)")
    .addOption(logLevel())
    .action(async (path, options) => (await import("./commands/log.js")).logRecover(path, options));
  command("convert", "Convert a log, or all of a folder, between .eval and .json", log)
    .argument("<log>")
    .requiredOption("--to <format>", "eval or json", readBy(oneOf(["eval", "json"])))
    .requiredOption("--output-dir <dir>", "where the result goes")
    .option("--overwrite", "replace what is there")
    .addOption(resolveAttachments())
    .addOption(new Option("--stream [n]", "accepted for Inspect's sake: one sample is in memory at a time anyway"))
    .addOption(logLevel())
    .action(async (path, options) => (await import("./commands/log.js")).logConvert(path, options));

  command("verify", "Compare logs with their seals: who sealed them, and what was changed since", log)
    .argument("<log...>")
    .addOption(json())
    .addOption(logLevel())
    .action(async (paths, options) => (await import("./commands/log-verify.js")).logVerify(paths, options));
  const key = command("key", "The keys that logs are sealed with", log);
  command("export", "Print your public key, for others to trust", key)
    .addOption(logLevel())
    .action(async () => (await import("./commands/log-key.js")).logKeyExport());
  command("trust", "Trust somebody's public key: logs that it sealed count as your own", key)
    .argument("<file>", "what `mlebench log key export` printed, or - for stdin")
    .addOption(logLevel())
    .action(async (path) => (await import("./commands/log-key.js")).logKeyTrust(path));

  command("score", "Grade a log's samples again from their kept submissions")
    .argument("<log>")
    .addOption(dataDir())
    .addOption(settingOption(make, SETTINGS.scorer, "module of a scorer, or default for the bundled one"))
    .addOption(
      settingOption(make, SETTINGS.plugIns, "plug-ins of the run, where they are no longer where the log says"),
    )
    .addOption(settingOption(make, SETTINGS.gradingTimeoutSeconds))
    .addOption(settingOption(make, SETTINGS.gradingMemoryMiB))
    .addOption(settingOption(make, SETTINGS.epochsReducer))
    .option("--overwrite", "change the log itself instead of writing <name>-scored.eval beside it")
    .addOption(json())
    .addOption(logLevel())
    .action(async (path, options) => (await import("./commands/score.js")).score(path, options));

  command("summary", "Mean and standard error over several logs, per complexity, and upstream's grading report")
    .argument("<log...>")
    .option("--grading-report <dir>", "write upstream's grading_report.json here")
    .addOption(padMissing())
    .addOption(json())
    .addOption(logLevel())
    .action(async (paths, options) => (await import("./commands/summary.js")).summary(paths, options));

  command("leaderboard", "The same as a submission to MLE-bench's leaderboard")
    .argument("<log...>")
    .option("--export <dir>", "write upstream's runs/ folder here: a run group per epoch, and their table")
    .addOption(padMissing())
    .addOption(json())
    .addOption(logLevel())
    .action(async (paths, options) => (await import("./commands/leaderboard.js")).leaderboard(paths, options));

  const sandbox = command("sandbox", "Sandboxes that were left behind");
  const cleanup = command("cleanup", "Remove what dead runs left; a live run's is never touched", sandbox);
  addProviderOptions(cleanup.argument("[run-id]", "only this run's, alive or not"), make)
    .option("--kept", "also those left up on purpose")
    .option("--other-hosts", "also those of other machines, where it cannot be seen whether their run lives")
    .addOption(json())
    .addOption(logLevel())
    .action(async (runId, options) => (await import("./commands/sandbox.js")).sandboxCleanup(runId, options));

  const data = command("data", "Prepared competitions");
  command("status", "What is prepared and how much disk it takes", data)
    .addOption(dataDir())
    .addOption(plugIn())
    .addOption(json())
    .addOption(logLevel())
    .action(async (options) => (await import("./commands/data.js")).dataStatusCommand(options));
  command("verify", "Compare prepared files with upstream's checksums, or your own", data)
    .argument("[competition...]", "all prepared ones when left out")
    .addOption(checksums())
    .addOption(make("--against <dir>", "compare with this data directory instead; parquet by content"))
    .addOption(dataDir())
    .addOption(plugIn())
    .addOption(json())
    .addOption(logLevel())
    .action(async (ids, options) => (await import("./commands/data.js")).dataVerify(ids, options));
  command("prune", "Remove what no run needs: raw files and zips of prepared competitions, leftovers", data)
    .argument("[competition...]", "all when left out")
    .addOption(dataDir())
    .addOption(plugIn())
    .option("--yes", "do it; without this it only says what would go")
    .addOption(json())
    .addOption(logLevel())
    .action(async (ids, options) => (await import("./commands/data.js")).dataPrune(ids, options));

  command(
    "push",
    "Copy what agents may see into a PersistentVolumeClaim of a Kubernetes cluster; never the answers",
    data,
  )
    .argument("[competition...]", "all prepared ones when left out")
    .addOption(make("--claim <name>", "the claim to fill").makeOptionMandatory())
    .addOption(
      settingOption(make, SETTINGS.dockerImageName, "image of the pod that writes: sh, coreutils, find and tar"),
    )
    .addOption(settingOption(make, SETTINGS.sandboxOptions, "namespace, context and the like of the k8s provider"))
    .addOption(dataDir())
    .addOption(plugIn())
    .addOption(json())
    .addOption(logLevel())
    .action(async (ids, options) => (await import("./commands/data-push.js")).dataPush(ids, options));

  command("view", "Open logs in Inspect's viewer, or say how when it is not installed")
    .argument("[log]")
    .addOption(settingOption(make, SETTINGS.logDir))
    .addOption(make("--host <host>", "address on which the viewer listens"))
    .addOption(make("--port <port>", "port on which it listens").argParser(readBy(wholeNumber())))
    .addOption(logLevel())
    .action(async (path, options) => (await import("./commands/view.js")).view(path, options));

  addProviderOptions(command("doctor", "Check what a run needs and say how to mend what is missing"), make)
    .addOption(dataDir())
    .addOption(settingOption(make, SETTINGS.dockerImageName, "the image to look for"))
    .addOption(json())
    .addOption(logLevel())
    .action(async (options) => (await import("./commands/doctor.js")).doctorCommand(options));

  return program;
}

/** Which sandbox provider, with which options of its own; under both names of the first. */
function addProviderOptions<Args extends unknown[], Opts extends Record<string, unknown>>(
  command: Command<Args, Opts>,
  make: OptionMaker,
) {
  return command
    .addOption(settingOption(make, SETTINGS.sandboxType))
    .addOption(make("--sandbox-type <name>", "the same"))
    .addOption(settingOption(make, SETTINGS.sandboxOptions));
}

/** commander writes `error: unknown option '--x'` and `(Did you mean --y?)`; we write error and hint. */
function formatUsageError(text: string): string {
  return text
    .split("\n")
    .filter((line) => line.trim() !== "")
    .map((line) => {
      const suggestion = /^\((Did you mean .*)\)$/.exec(line.trim());
      if (suggestion) return `${style.cyan("hint:")} ${suggestion[1]}\n`;
      return line.startsWith("error: ") ? `${style.red("error:")} ${line.slice("error: ".length)}\n` : `${line}\n`;
    })
    .join("");
}
