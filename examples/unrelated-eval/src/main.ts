import { createDockerProvider, createLocalProvider } from "@mlebench/sandbox-compose";
import { CANDIDATES } from "./candidates.js";
import { judge } from "./sorting-eval.js";

// `npm start -- docker` runs them where they can do no harm; without it, only run programs that you trust.
await using provider = process.argv[2] === "docker" ? createDockerProvider() : createLocalProvider();
console.table(await judge(provider, CANDIDATES));
// right: 3 passed; as-text: 1 passed, 2 failed; endless: 3 timed out
