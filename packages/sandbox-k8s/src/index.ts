export { type FolderToPush, type PushDataOptions, pushData } from "./data/push-data.js";
export type { PushedFolder, PushProgress } from "./data/push-folder.js";
export { ClusterUnavailableError, NetworkNotIsolatedError, NoCapacityError, PodUnavailableError } from "./errors.js";
export type { ClaimedData, K8sProviderOptions } from "./options.js";
export { createK8sProvider, createK8sProvider as createProvider, createK8sProvider as default } from "./provider.js";
