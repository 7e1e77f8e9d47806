export {
  createFakeProvider,
  type FakeAnswer,
  type FakeCommand,
  type FakeProvider,
  type FakeProviderOptions,
} from "./fake-provider.js";
export {
  type ProviderCase,
  type ProviderCaseContext,
  type ProviderSuiteOptions,
  providerCases,
  providerSuite,
  type TestFramework,
} from "./provider-suite.js";
