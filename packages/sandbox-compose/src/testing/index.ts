export type { ProviderCase, ProviderCaseContext } from "./cases/provider-case.js";
export {
  createFakeProvider,
  type FakeAnswer,
  type FakeCommand,
  type FakeProvider,
  type FakeProviderOptions,
} from "./fake-provider.js";
export { type ProviderSuiteOptions, providerCases, providerSuite, type TestFramework } from "./provider-suite.js";
