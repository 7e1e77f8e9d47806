export { seededRandom } from "./seeded-random.js";
export { testRandom } from "./test-random.js";
