import { runAskOnce } from "./run-ask-once.js";

const { status, samples, logPath } = await runAskOnce("tmp");
console.log(status, samples[0]?.report?.score, logPath);
// success 0.85822 tmp/logs/2026-11-24T07-40-00-00-00_mle-bench_....eval
