/** What a provider in a package of its own is built from, so that commands and files behave alike everywhere. */
export { checkProviderOptions } from "./check-provider-options.js";
export { CommandSandbox, type CommandSandboxOptions } from "./command-sandbox.js";
export { checkHostAccess } from "./compose/host-access.js";
export { isInternal, serviceNetworks } from "./compose/services.js";
export { startTimeoutSeconds } from "./docker/container-config.js";
export { keepAliveCommand } from "./docker/fill-service.js";
export { REAPER_SCRIPT } from "./docker/reaper.js";
export type { TreeSignal } from "./exec/end-tree.js";
export { ReaperAnswers, type ReaperConnection } from "./exec/reaper-answers.js";
export {
  type CommandDriver,
  type MarkDriver,
  NOT_STARTED_EXIT_CODE,
  type OnOutput,
  type RunningCommand,
  runCommand,
  type StreamName,
  type UnwrittenEnd,
} from "./exec/run-command.js";
export { type StreamDriver, type StreamedCommand, streamCommand } from "./exec/stream-command.js";
export { type CommandMark, newCommandMark, wrapCommand } from "./exec/wrapper.js";
export { type CopyThroughTarOptions, copyThroughTar } from "./files/copy-through-tar.js";
export { readFileThrough, writeFileThrough } from "./files/in-sandbox.js";
export { LiveSandboxes } from "./live-sandboxes.js";
export { type Ownership, readOwnership, reasonToLeave } from "./ownership.js";
export { sandboxPaths } from "./paths.js";
