export { type ComposeOverrides, mergeCompose } from "./compose/merge.js";
export { type ParseComposeOptions, parseComposeSpec } from "./compose/parse.js";
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
export * from "./errors.js";
export type * from "./provider.js";
