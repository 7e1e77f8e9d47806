/** What a provider in a package of its own is built from, so that commands and files behave alike everywhere. */
export { checkProviderOptions } from "./check-provider-options.js";
export { startTimeoutSeconds } from "./docker/container-config.js";
export { REAPER_SCRIPT } from "./docker/reaper.js";
export { isInternal, serviceNetworks } from "./docker/service-networks.js";
export { checkCommand } from "./exec/check-command.js";
export { type EndTreeOptions, endTree, type TreeSignal } from "./exec/end-tree.js";
export { type MarkedOutputs, markedOutputs } from "./exec/marked-outputs.js";
export { ReaperAnswers, type ReaperConnection } from "./exec/reaper-answers.js";
export {
  type CommandDriver,
  type RunningCommand,
  runCommand,
  type StreamName,
  type UnwrittenEnd,
} from "./exec/run-command.js";
export { wholeOutput } from "./exec/whole-output.js";
export { type CommandMark, newCommandMark, wrapCommand } from "./exec/wrapper.js";
export { copyFromTar, linkRefused } from "./files/from-tar.js";
export { readFileThrough, writeFileThrough } from "./files/in-sandbox.js";
export { reasonToLeave } from "./leftover-rules.js";
export { LiveSandboxes } from "./live-sandboxes.js";
export { currentOwner, type Owner, ownerState } from "./owner.js";
export { sandboxPaths } from "./paths.js";
