import { VENDORS } from "./vendors.js";

/** The variables that one provider is reached by. */
export interface ProviderVariables {
  readonly provider: string;
  /** Each holds a key, or a part of one. */
  readonly keys: readonly string[];
  /** Each says where the key is sent. */
  readonly addresses: readonly string[];
  /** Each is put into an address, and names no other host as long as it has only letters, digits and dashes. */
  readonly regions?: readonly string[];
}

/** Providers that are packages of their own: what these read themselves. */
const PACKAGED: readonly ProviderVariables[] = [
  {
    provider: "bedrock",
    keys: ["AWS_BEARER_TOKEN_BEDROCK", "AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN"],
    addresses: [],
    regions: ["AWS_REGION"],
  },
  {
    provider: "vertex",
    keys: ["GOOGLE_VERTEX_API_KEY"],
    addresses: [],
    regions: ["GOOGLE_VERTEX_LOCATION", "GOOGLE_VERTEX_PROJECT"],
  },
  { provider: "cohere", keys: ["COHERE_API_KEY"], addresses: [] },
];

/** Every variable with a key or an address of a model provider, by provider. */
export function providerVariables(): readonly ProviderVariables[] {
  const listed = VENDORS.filter(({ protocol }) => protocol !== "package");
  return [
    ...listed.map(({ name, keyVariables, baseUrlVariables }) => ({
      provider: name,
      keys: keyVariables,
      addresses: baseUrlVariables,
    })),
    ...PACKAGED,
  ];
}
