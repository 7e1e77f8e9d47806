export {
  type ProviderCase,
  type ProviderCaseContext,
  type ProviderSuiteOptions,
  providerCases,
  providerSuite,
  type TestFramework,
} from "./provider-suite.js";
