/** What a provider in a package of its own is built from, so that commands and files behave alike everywhere. */
export { checkProviderOptions } from "./check-provider-options.js";
export { CommandSandbox, type CommandSandboxOptions } from "./command-sandbox.js";
export { checkHostAccess } from "./compose/host-access.js";
export { isInternal, serviceNetworks } from "./compose/services.js";
export { startTimeoutSeconds } from "./docker/container-config.js";
export { keepAliveCommand } from "./docker/fill-service.js";
export { REAPER_SCRIPT } from "./docker/reaper.js";
export { BECOME_USER, SYSTEM_PATH } from "./exec/become-user.js";
export type { CommandExit } from "./exec/believed-end.js";
export { type CommandMark, CommandMarks, type MarkRange } from "./exec/command-marks.js";
export type { TreeSignal } from "./exec/end-tree.js";
export {
  type KnownMarks,
  type ReaperAnswer,
  ReaperAnswers,
  type ReaperConnection,
  type ReaperRequest,
  signalMarkedOrStrange,
} from "./exec/reaper-answers.js";
export {
  type CommandDriver,
  type MarkDriver,
  NOT_STARTED_EXIT_CODE,
  type OnOutput,
  type RunningCommand,
  runCommand,
  type UnwrittenEnd,
} from "./exec/run-command.js";
export { type StreamDriver, type StreamedCommand, streamCommand } from "./exec/stream-command.js";
export type { StreamName } from "./exec/wrapped-outputs.js";
export { quote, type WrapOptions, type WrappedCommand, wrapCommand } from "./exec/wrapper.js";
export { type CopyThroughTarOptions, copyThroughTar } from "./files/copy-through-tar.js";
export { readFileThrough, writeFileThrough } from "./files/in-sandbox.js";
export { LiveSandboxes } from "./live-sandboxes.js";
export { type Ownership, readOwnership, reasonToLeave } from "./ownership.js";
export { sandboxPaths } from "./paths.js";
