import type { KeyCredentials } from "../credentials.js";
import { Secret } from "../secret.js";

/** The credentials that a test server knows unless it is told others. */
export function testCredentials(username = "tester", key = "test-key"): KeyCredentials {
  return { kind: "key", username, key: new Secret(key), source: "the test", warnings: [] };
}
