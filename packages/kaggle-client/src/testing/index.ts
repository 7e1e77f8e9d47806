export type { Fault, FaultEffect } from "./faults.js";
export { Faults } from "./faults.js";
export type { KaggleServer, KaggleServerOptions, ServedCompetition, ServedRequest } from "./kaggle-server.js";
export { startKaggleServer } from "./kaggle-server.js";
export type { RepositoryServer, RepositoryServerOptions } from "./repository-server.js";
export { startRepositoryServer } from "./repository-server.js";
export type { ServedContent } from "./served-object.js";
export { storedZip } from "./stored-zip.js";
export { testCredentials } from "./test-credentials.js";
