export { ClusterUnavailableError, NetworkNotIsolatedError, NoCapacityError, PodUnavailableError } from "./errors.js";
export type { K8sProviderOptions } from "./options.js";
export { createK8sProvider, createK8sProvider as createProvider, createK8sProvider as default } from "./provider.js";
