import { existsSync } from "node:fs";
import { dirname, relative, resolve, sep } from "node:path";
import { fileURLToPath } from "node:url";
import type { EvalSpec } from "@mlebench/eval-log";
import { z } from "zod";
import { UsageError } from "../errors.js";
import type { SettingsAt } from "../settings/setting-values.js";
import { namesAt } from "../settings/setting-values.js";
import { readLogTrust } from "../trust/log-trust.js";
import { requireGiven } from "../trust/require-given.js";
import { loadPlugIn } from "./load-plug-in.js";
import { userPlugIns } from "./plug-in-modules.js";

/** Module paths, `path` or `path@name`, of the task parameters that are functions. */
export type ModulePaths = {
  readonly [Name in keyof SettingsAt<"module">]?: Exclude<SettingsAt<"module">[Name], null>;
};

/** What a run has modules for, by their names. */
interface NamedModules {
  readonly modules: ModulePaths;
  readonly approval: string | undefined;
}

/** Approvers that are words, not paths. */
const APPROVERS_WITHOUT_FILE: ReadonlySet<string> = new Set(["human", "auto"]);

const MODULES = namesAt("module");

const Recorded = z.object({
  plug_ins: z.array(z.string()).optional().catch(undefined),
  modules: z
    .object({
      solver: z.string(),
      scorer: z.union([z.string(), z.array(z.string())]),
      sandboxConfig: z.string(),
    } satisfies Record<(typeof MODULES)[number], z.ZodType>)
    .partial()
    .optional()
    .catch(undefined),
  approval: z.string().optional().catch(undefined),
});

/**
 * The modules of a run as its log remembers them: as paths from the log's folder, which hold when the project is moved
 * and say nothing of whose machine it was.
 */
export function recordModules(logDir: string, modules: ModulePaths = {}, approval?: string): Record<string, unknown> {
  const fromLog = (path: string): string => relative(resolve(logDir), resolve(path)).split(sep).join("/");
  const plugIns = userPlugIns().map((url) => fromLog(fileURLToPath(url)));
  const moved = mapPaths({ modules, approval }, fromLog);
  return {
    plug_ins: plugIns.length > 0 ? plugIns : undefined,
    ...moved,
    modules: Object.keys(modules).length > 0 ? moved.modules : undefined,
  };
}

/** What {@link recordModules} left in a log, as absolute paths. */
export function recordedModules(
  spec: EvalSpec,
  logPath: string,
): NamedModules & { readonly plugIns: readonly string[] } {
  const { plug_ins: plugIns = [], modules = {}, approval } = Recorded.parse(spec.metadata ?? {});
  const fromLog = (path: string): string => resolve(dirname(logPath), path);
  return { plugIns: plugIns.map(fromLog), ...mapPaths({ modules, approval }, fromLog) };
}

/**
 * Loads the plug-ins that the run of a log was given.
 * @param options.ifTrusted load none, instead of refusing, where they have to be given again.
 * @throws UsageError naming one that is not where it was; `RUNNER_FOREIGN_LOG` when the log is neither the user's own nor
 * of a key that they trust, before anything is loaded.
 */
export async function loadPlugInsOf(logPath: string, { ifTrusted = false } = {}): Promise<void> {
  const trust = await readLogTrust(logPath);
  const { plugIns } = recordedModules(trust.header.eval, logPath);
  const openings = trust.openings({ plugIns });
  if (openings.length > 0 && ifTrusted) return;
  requireGiven(openings, { logPath, why: trust.why, command: "mlebench run --resume", given: new Set() });
  for (const path of plugIns) {
    if (!existsSync(path)) {
      throw new UsageError({
        code: "RUNNER_MODULE",
        message: `The run of ${logPath} was given the plug-in ${path}, which is not there any more.`,
        hint: "Say where it is now with --plug-in.",
      });
    }
    await loadPlugIn(path);
  }
}

function mapPaths({ modules, approval }: NamedModules, change: (path: string) => string): NamedModules {
  const mapPath = (reference: string): string => {
    const at = reference.lastIndexOf("@");
    return at > 0 ? `${change(reference.slice(0, at))}${reference.slice(at)}` : change(reference);
  };
  const isFile = approval !== undefined && !APPROVERS_WITHOUT_FILE.has(approval);
  const mapped = (value: string | readonly string[]): string | readonly string[] => {
    const paths = [value].flat().map(mapPath);
    // One of a list is the same as one alone.
    return paths.length === 1 ? paths[0]! : paths;
  };
  return {
    modules: Object.fromEntries(Object.entries(modules).map(([name, value]) => [name, mapped(value)])),
    approval: isFile ? change(approval) : approval,
  };
}
