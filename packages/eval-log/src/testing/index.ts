export { type ExampleSampleOptions, exampleSample, exampleSpec } from "./example-run.js";
