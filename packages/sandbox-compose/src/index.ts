export { type Blame, blame, type Deed, deedOf, type EndFacts } from "./blame.js";
export {
  checkHostAccess,
  type HostAccess,
  type HostAccessOptions,
  hostAccess,
  type OwnParts,
} from "./compose/host-access.js";
export { type ComposeOverrides, mergeCompose } from "./compose/merge.js";
export { type ParseComposeOptions, parseComposeSpec } from "./compose/parse.js";
export { type HostFiles, thisHost } from "./compose/sensitive-paths.js";
export { mainService, serviceOrder } from "./compose/services.js";
export type {
  ComposeInput,
  ComposeSpec,
  Extensions,
  Mount,
  ServiceInput,
  ServiceSpec,
} from "./compose/spec.js";
export { parseBytes, parseSeconds } from "./compose/units.js";
export { composeHash, composeToYaml, writeComposeFile } from "./compose/write.js";
export type { EngineVersion } from "./docker/engine-answers.js";
export { KEEP_ALIVE_COMMAND } from "./docker/fill-service.js";
export { createDockerProvider, type DockerProvider, type DockerProviderOptions } from "./docker/provider.js";
export * from "./errors.js";
export { createLocalProvider, type LocalProviderOptions } from "./local/provider.js";
export type * from "./provider.js";
export {
  listProviders,
  loadProviderFactory,
  type ProviderFactory,
  type ProviderOptions,
  type ResolveProviderOptions,
  registerProvider,
  resolveProvider,
} from "./registry.js";
export { type DisposeOnSignalOptions, disposeOnSignal } from "./signals.js";
