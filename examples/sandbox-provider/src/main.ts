import { mkdirSync, readFileSync } from "node:fs";
import { RECORDING_PROVIDER, runRecorded } from "./run-recorded.js";

mkdirSync("tmp", { recursive: true });
const { status } = await runRecorded({ directory: "tmp", modulePath: RECORDING_PROVIDER });
console.log(status, readFileSync("tmp/commands.txt", "utf8").trim().split("\n").length, "commands recorded");
// success 8 commands recorded
