import {
  type CleanupFilter,
  type CleanupReport,
  listProviders,
  loadProviderFactory,
  type ProviderFactory,
  type SandboxProvider,
} from "@mlebench/sandbox-compose";
import { RunnerError } from "../errors.js";

/** Providers that are packages of their own, because what they need is large. */
const PACKAGES: Readonly<Record<string, string>> = { k8s: "@mlebench/sandbox-k8s" };
/** Names that such a package may export its factory under. */
const FACTORY_NAMES = ["createProvider", "createK8sProvider", "default"];

/** Making one of these touches nothing: only the first sandbox does. */
const LAZY: ReadonlySet<string> = new Set(["docker", "local"]);

/** What {@link openProvider} takes. */
export interface OpenProviderOptions {
  readonly maxSandboxes?: number;
  /** Options of the provider itself. */
  readonly sandboxOptions?: Readonly<Record<string, unknown>>;
  /** Where a provider that is a package finds its own variables, such as MLEBENCH_K8S_NAMESPACE. @default process.env */
  readonly env?: Readonly<Record<string, string | undefined>>;
  /** @default import() */
  readonly importPackage?: (name: string) => Promise<unknown>;
}

/**
 * The sandbox provider of a name or module path; `k8s` is loaded from its package when it is asked for.
 * @throws RunnerError `RUNNER_SANDBOX_PACKAGE` naming the package to install; UnknownProviderError.
 */
export async function openProvider(sandboxType: string, options: OpenProviderOptions = {}): Promise<SandboxProvider> {
  const { maxSandboxes, sandboxOptions, env = process.env, importPackage } = options;
  const { createProvider, isPackage } = await loadFactory(sandboxType, importPackage);
  return createProvider({
    // Bundled providers refuse options that they do not know.
    ...(isPackage && { env }),
    maxSandboxes,
    ...sandboxOptions,
  });
}

/** Removes what dead runs left behind; what a live run owns stays. `sandboxOptions` are the provider's own. */
export async function cleanupSandboxes(
  sandboxType: string,
  filter: CleanupFilter = {},
  sandboxOptions: Readonly<Record<string, unknown>> = {},
): Promise<CleanupReport> {
  await using provider = await openProvider(sandboxType, { sandboxOptions });
  return provider.cleanup(filter);
}

/** What {@link openProvider} would throw, as far as that is known without opening a place for sandboxes. */
export async function providerProblem(sandboxType: string, options: OpenProviderOptions = {}): Promise<unknown> {
  try {
    await loadFactory(sandboxType, options.importPackage);
    if (LAZY.has(sandboxType)) await (await openProvider(sandboxType, options))[Symbol.asyncDispose]();
    return undefined;
  } catch (error) {
    return error;
  }
}

async function loadFactory(
  sandboxType: string,
  importPackage: ((name: string) => Promise<unknown>) | undefined,
): Promise<{ readonly createProvider: ProviderFactory; readonly isPackage: boolean }> {
  const packageName = Object.hasOwn(PACKAGES, sandboxType) ? PACKAGES[sandboxType] : undefined;
  if (packageName === undefined || listProviders().includes(sandboxType)) {
    return { createProvider: await loadProviderFactory(sandboxType), isPackage: false };
  }
  return {
    createProvider: await loadFromSandboxPackage(sandboxType, packageName, FACTORY_NAMES, importPackage),
    isPackage: true,
  };
}

/**
 * A function of a package that is installed only where it is used.
 * @param names it may have there.
 * @throws RunnerError `RUNNER_SANDBOX_PACKAGE` naming the package to install, or to bring up to date.
 */
export async function loadFromSandboxPackage<Loaded>(
  sandboxType: string,
  packageName: string,
  names: readonly string[],
  importPackage: (name: string) => Promise<unknown> = (name) => import(name),
): Promise<Loaded> {
  let module: unknown;
  try {
    module = await importPackage(packageName);
  } catch (cause) {
    throw new RunnerError({
      code: "RUNNER_SANDBOX_PACKAGE",
      message: `The sandbox type ${sandboxType} needs the package ${packageName}, which cannot be loaded.`,
      hint: `Run \`npm install ${packageName}\`.`,
      cause,
    });
  }
  for (const name of names) {
    const value: unknown = typeof module === "object" && module !== null ? Reflect.get(module, name) : undefined;
    if (typeof value === "function") return value as Loaded;
  }
  throw new RunnerError({
    code: "RUNNER_SANDBOX_PACKAGE",
    message: `The package ${packageName} exports no ${names[0]}.`,
    hint: `Bring it to the version of @mlebench/runner: \`npm install ${packageName}@latest\`.`,
  });
}

/** Names as people write them in an option, `pod_timeout` or `pod-timeout`, as the names of an options object. */
export function camelKeys(values: Readonly<Record<string, unknown>>): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(values).map(([key, value]) => [
      key.replace(/[_-]([a-z0-9])/g, (_, letter: string) => letter.toUpperCase()),
      value,
    ]),
  );
}
