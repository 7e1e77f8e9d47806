import packageJson from "../package.json" with { type: "json" };

/** Version of this package, for logs. */
export const RUNNER_VERSION: string = packageJson.version;
