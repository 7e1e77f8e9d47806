import { runWithScorer } from "./run-with-scorer.js";

const { results } = await runWithScorer("tmp");
for (const { name, metrics } of results?.scores ?? []) console.log(name, metrics["accuracy"]?.value);
// valid_submission 1
// above_median 1
// any_medal 1
// share_of_gold 0.9419512195121965
