import { runFromCode } from "./run-from-code.js";

const result = await runFromCode({
  directory: "tmp",
  onEvent: (event) => {
    if (event.type === "sample-end") console.log(event.competitionId, event.epoch, event.status, event.report?.score);
  },
});
console.log(`${result.finishedSamples} of ${result.totalSamples} finished: ${result.logPath}`);
process.exitCode = result.exitCode;
// demo-frost-alert 1 finished 0.93862
// demo-frost-alert 2 finished 0.93862
// 2 of 2 finished: tmp/logs/2026-11-24T07-40-00-00-00_mle-bench_....eval
