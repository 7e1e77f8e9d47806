import { nearestNames } from "@mlebench/base";
import { KAGGLE_VARIABLES } from "@mlebench/kaggle-client";
import { type ProviderVariables, providerVariables } from "@mlebench/models";
import { envFileRefusal } from "./env-file-refusal.js";
import { flagsOf, longFlag, type Opening, openingOf, type Setting, variablesOf } from "./setting.js";
import { rowsOf } from "./setting-values.js";

type Variables = Readonly<Record<string, string | undefined>>;

/** What may be taken from a `.env` file, and why the rest may not. */
export interface EnvFileValues {
  readonly taken: Readonly<Record<string, string>>;
  /** One for each variable that somebody may have counted on. */
  readonly warnings: readonly string[];
}

/** Options of single commands that are no settings of a run, with what they open. */
const COMMAND_OPTIONS: Readonly<Record<string, Opening | "check" | undefined>> = {
  "--lite": undefined,
  "--all": undefined,
  "--leaderboards": undefined,
  "--keep-raw": undefined,
  "--drop-zip": undefined,
  "--max-downloads": undefined,
  "--max-rate": undefined,
  "--max-preparations": undefined,
  "--preparation-memory": undefined,
  "--category": undefined,
  "--max-size": undefined,
  "--recheck": undefined,
  "--target": undefined,
  "--port": undefined,
  "--against": undefined,
  "--claim": "host",
  "--host": "host",
  "--open": "host",
  "--base-image": "host",
  "--checksums": "check",
  "--skip-verification": "check",
  "--overwrite-checksums": "check",
};

/** Other variables that the program reads and that may stand in a file; what their value must be. */
const OTHERS: Readonly<Record<string, RegExp>> = {
  // Part of a path.
  MLEBENCH_LOG_FILE_PATTERN: /^[^/\\]*$/,
  INSPECT_EVAL_LOG_FILE_PATTERN: /^[^/\\]*$/,
};

/**
 * Variables that change where things are sent, what is run or what is believed, and that somebody may have put into a file
 * because they work in the environment. Everything else that is not known is passed over in silence.
 */
const EXPECTED: readonly RegExp[] = [
  /^(?:https?|all|no)_proxy$/i,
  /^DOCKER_(?:HOST|CONTEXT|TLS_VERIFY|CERT_PATH|CONFIG|API_VERSION)$/,
  /^KUBECONFIG$/,
  /^NODE_(?:EXTRA_CA_CERTS|OPTIONS|TLS_REJECT_UNAUTHORIZED|PATH|USE_ENV_PROXY)$/,
  /^SSL_CERT_(?:FILE|DIR)$/,
  /^(?:PATH|HOME|TMPDIR|BROWSER|LD_PRELOAD|LD_LIBRARY_PATH|PYTHONPATH)$/,
  /^XDG_\w+_HOME$/,
  /^GOOGLE_APPLICATION_CREDENTIALS$/,
  ...KAGGLE_VARIABLES.files.map((name) => new RegExp(`^${name}$`)),
];

/** A region or a project: nothing that would make another host of an address. */
const REGION = /^[A-Za-z0-9-]+$/;
/** Of `openai-api/<name>/<model>`; our own names end like that too. */
const UNLISTED = /^(?!MLEBENCH_|INSPECT_)([A-Z][A-Z0-9_]*)_(?:API_KEY|BASE_URL)$/;

interface KeyOwner extends ProviderVariables {
  /** The variables of which one must be in the file for an address of it to be taken. */
  readonly needs: readonly string[];
  /** Of the environment: any of them set, and an address of a file is not taken. */
  readonly rivals: readonly string[];
}

/**
 * Decides about every variable of a `.env` file: only those that are known are taken, none that opens something, and an
 * address only together with the key that is sent there. What the environment has already stays.
 * @param values what the file says.
 * @param env the environment without it.
 * @param path the file's, for the warnings.
 * @param exists whether a text is the path of a file.
 */
export function takeEnvFile(
  values: Variables,
  env: Variables,
  path: string,
  exists: (path: string) => boolean,
): EnvFileValues {
  const given = Object.entries(values).filter(
    (entry): entry is [string, string] => entry[1] !== undefined && env[entry[0]] === undefined,
  );
  const taken: Record<string, string> = Object.create(null);
  const warnings: string[] = [];
  const settings = settingVariables();
  const owners = keyOwners(given.map(([name]) => name));
  const refuse = (name: string, opening: Opening | undefined, instead: string): void => {
    warnings.push(envFileRefusal(`${name} in ${path}`, opening, instead));
  };
  for (const [name, value] of given) {
    const row = settings.get(name);
    const owner = owners.find(({ keys }) => keys.includes(name));
    if (row !== undefined) {
      const opening = value === "" ? undefined : row.openingOf(value);
      if (opening === undefined) taken[name] = value;
      else if (opening === "check") {
        warnings.push(
          `${name} in ${path} is ignored: a .env file cannot change what data are checked against. Give it with ${row.flag}.`,
        );
      } else refuse(name, opening, `Give it with ${row.flag}, or set it in the environment itself.`);
    } else if (owner !== undefined) {
      if (name === KAGGLE_VARIABLES.token && (/[/\\]/.test(value) || exists(value))) {
        refuse(name, "key", "Write the token itself, not the path of a file with one.");
      } else taken[name] = value;
    } else if (Object.hasOwn(OTHERS, name)) {
      if (OTHERS[name]!.test(value)) taken[name] = value;
      else refuse(name, undefined, "Leave out folders.");
    } else if (EXPECTED.some((pattern) => pattern.test(name)))
      refuse(name, undefined, "Set it in the environment itself.");
    else if (name.startsWith("MLEBENCH_")) {
      const near = nearestNames(name, [...settings.keys(), ...Object.keys(OTHERS)]);
      refuse(
        name,
        undefined,
        near.length > 0 ? `Did you mean ${near.join(" or ")}?` : "Set it in the environment itself.",
      );
    }
  }
  for (const owner of owners) {
    const key = owner.needs.find((name) => (taken[name] ?? "").trim() !== "");
    const rival = owner.rivals.find((name) => (env[name] ?? "").trim() !== "");
    for (const [name, value] of given) {
      if (owner.regions?.includes(name) && REGION.test(value)) taken[name] = value;
      else if (owner.addresses.includes(name) || owner.regions?.includes(name)) {
        if (value === "" || (key !== undefined && rival === undefined)) taken[name] = value;
        else {
          const why =
            rival === undefined
              ? `${owner.needs.join(" or ")} is not in the same file`
              : `${rival} is of the environment`;
          warnings.push(
            `${name} in ${path} is ignored: ${why}, and no other key is sent to an address of a .env file. ` +
              "Put both into the file, or both into the environment.",
          );
        }
      }
    }
  }
  return { taken: { ...taken }, warnings };
}

/**
 * Those of some variables that hold an address.
 * @param key a variable with a key: only addresses that it is sent to. @default all
 */
export function keyAddresses(names: Iterable<string>, key?: string): readonly string[] {
  const all = [...names];
  const owners = keyOwners(key === undefined ? all : [...all, key]);
  return all.filter((name) =>
    owners.some(({ keys, addresses }) => addresses.includes(name) && (key === undefined || keys.includes(key))),
  );
}

interface KnownVariable {
  readonly flag: string;
  openingOf(value: string): Opening | "check" | undefined;
}

function settingVariables(): ReadonlyMap<string, KnownVariable> {
  const known = new Map<string, KnownVariable>();
  const add = (flag: string, inspectName: string | undefined, opening: KnownVariable["openingOf"]): void => {
    for (const name of variablesOf(flag, inspectName)) known.set(name, { flag: longFlag(flag), openingOf: opening });
  };
  for (const [flag, opening] of Object.entries(COMMAND_OPTIONS)) add(flag, undefined, () => opening);
  for (const row of rowsOf()) {
    if (row.env === false) continue;
    for (const flag of flagsOf(row)) add(flag, row.env, (value) => openingOf(row as Setting, value));
  }
  return known;
}

/** Everybody who has keys; a name that ends like a key's or an address's is of a provider that is not listed. */
function keyOwners(names: readonly string[]): KeyOwner[] {
  const listed: KeyOwner[] = providerVariables().map((each) => ({ ...each, needs: each.keys, rivals: each.keys }));
  const kaggle: KeyOwner = {
    provider: "kaggle",
    keys: KAGGLE_VARIABLES.keys,
    addresses: KAGGLE_VARIABLES.addresses,
    // A file in the user's home would win over a name and a key.
    needs: [KAGGLE_VARIABLES.token],
    rivals: [...KAGGLE_VARIABLES.keys, ...KAGGLE_VARIABLES.files],
  };
  const owned = new Set([...listed, kaggle].flatMap(({ keys, addresses }) => [...keys, ...addresses]));
  const unlisted = new Set(names.filter((name) => !owned.has(name)).flatMap((name) => UNLISTED.exec(name)?.[1] ?? []));
  const others = [...unlisted].map((provider): KeyOwner => {
    const keys = [`${provider}_API_KEY`];
    return { provider, keys, addresses: [`${provider}_BASE_URL`], needs: keys, rivals: keys };
  });
  return [...listed, kaggle, ...others];
}
