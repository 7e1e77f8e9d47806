import { describe, expect, it } from "vitest";
import { keyAddresses, takeEnvFile } from "./env-file.js";
import { openingOf, sourcesOf, variablesOf } from "./setting.js";
import { rowsOf } from "./setting-values.js";
import { SETTINGS } from "./settings.js";

const PATH = "/project/.env";
const take = (values: Record<string, string>, env: Record<string, string> = {}, files: readonly string[] = []) =>
  takeEnvFile(values, env, PATH, (path) => files.includes(path));

describe("is not taken from a .env file, and named in a warning with the flag to give:", () => {
  it.each([
    ["a plug-in", "MLEBENCH_PLUG_IN", "./evil.mjs", "--plug-in"],
    ["a plug-in under Inspect's name", "INSPECT_EVAL_PLUG_IN", "./evil.mjs", "--plug-in"],
    ["a solver", "MLEBENCH_SOLVER", "./evil.mjs", "--solver"],
    ["a scorer", "INSPECT_EVAL_SCORER", "./evil.mjs", "--scorer"],
    ["a maker of compose specs", "MLEBENCH_SANDBOX_CONFIG", "./evil.mjs", "--sandbox-config"],
    ["an approver", "MLEBENCH_APPROVAL", "./evil.mjs", "--approval"],
    ["a mock model that is a module", "MLEBENCH_MODEL", "mock//tmp/evil.mjs", "--model"],
    ["a mock model in capitals", "INSPECT_EVAL_MODEL", "MOCK/evil.mjs", "--model"],
    ["a mock model among others", "MLEBENCH_MODEL", "openai/gpt-5,mock/../evil.cjs", "--model"],
    ["a run config", "MLEBENCH_RUN_CONFIG", "run.yaml", "--run-config"],
    ["a task config", "INSPECT_EVAL_TASK_CONFIG", "task.yaml", "--task-config"],
    ["a log to resume", "MLEBENCH_RESUME", "stranger.eval", "--resume"],
    ["a module as sandbox", "MLEBENCH_SANDBOX", "./evil.mjs", "--sandbox"],
    ["a package as sandbox", "MLEBENCH_SANDBOX_TYPE", "evil-provider", "--sandbox"],
    ["no sandbox at all", "INSPECT_EVAL_SANDBOX", "local", "--sandbox"],
    ["options of the sandbox", "MLEBENCH_SANDBOX_OPTION", "bubblewrap=never", "--sandbox-option"],
    ["compose overrides", "MLEBENCH_COMPOSE_OVERRIDES", "{volumes: ['/:/host:rw']}", "--compose-overrides"],
    ["leave to open the host", "MLEBENCH_ALLOW_HOST_ACCESS", "network_mode:host", "--allow-host-access"],
    ["a GPU driver", "MLEBENCH_GPU_DRIVER", "cdi", "--gpu-driver"],
    ["the address of every model", "MLEBENCH_MODEL_BASE_URL", "http://evil", "--model-base-url"],
    [
      "the address of every model under Inspect's name",
      "INSPECT_EVAL_MODEL_BASE_URL",
      "http://evil",
      "--model-base-url",
    ],
    ["arguments of the model", "INSPECT_EVAL_MODEL_ARGS", "baseURL=http://evil", "--model-arg"],
    ["an image to build on", "MLEBENCH_BASE_IMAGE", "evil/image", "--base-image"],
    ["an address for the viewer to listen on", "MLEBENCH_HOST", "0.0.0.0", "--host"],
    ["opening a browser", "MLEBENCH_OPEN", "1", "--open"],
    ["leaving out the checksums", "MLEBENCH_SKIP_VERIFICATION", "1", "--skip-verification"],
    ["checksums of its own", "MLEBENCH_CHECKSUMS", "mine.json", "--checksums"],
  ])("%s", (_attack, name, value, flag) => {
    const { taken, warnings } = take({ [name]: value });
    expect(taken).toEqual({});
    expect(warnings).toEqual([expect.stringContaining(`${name} in ${PATH} is ignored`)]);
    expect(warnings[0]).toContain(`${flag}`);
  });
});

describe("is not taken from a .env file, and named because somebody may count on it:", () => {
  it.each([
    ["a proxy", "HTTPS_PROXY"],
    ["a proxy in small letters", "http_proxy"],
    ["exceptions of the proxy", "NO_PROXY"],
    ["another Docker engine", "DOCKER_HOST"],
    ["another Docker context", "DOCKER_CONTEXT"],
    ["another cluster", "KUBECONFIG"],
    ["certificates to believe", "NODE_EXTRA_CA_CERTS"],
    ["believing every certificate", "NODE_TLS_REJECT_UNAUTHORIZED"],
    ["options of Node", "NODE_OPTIONS"],
    ["certificates of OpenSSL", "SSL_CERT_FILE"],
    ["programs", "PATH"],
    ["a browser", "BROWSER"],
    ["a library", "LD_PRELOAD"],
    ["a home", "HOME"],
    ["a folder of settings", "XDG_CONFIG_HOME"],
    ["a folder of Kaggle's keys", "KAGGLE_CONFIG_DIR"],
    ["a file with Kaggle's key", "KAGGLE_API_V1_TOKEN"],
    ["a file with Google's key", "GOOGLE_APPLICATION_CREDENTIALS"],
    ["a mirror of the descriptions", "MLEBENCH_ASSETS_URL"],
    ["another namespace of the cluster", "MLEBENCH_K8S_NAMESPACE"],
    ["a network policy that does not hold", "MLEBENCH_K8S_ALLOW_UNENFORCED_NETWORK_POLICY"],
    ["a key for logs", "MLEBENCH_LOG_KEY"],
    ["a setting of a later version", "MLEBENCH_NOT_YET_KNOWN"],
  ])("%s", (_attack, name) => {
    const { taken, warnings } = take({ [name]: "/evil" });
    expect(taken).toEqual({});
    expect(warnings).toEqual([expect.stringContaining(`${name} in ${PATH} is ignored`)]);
  });
});

it("passes over in silence what it does not know", () => {
  const values = {
    DATABASE_URL: "x",
    PYTHONSTARTUP: "x",
    GIT_SSH_COMMAND: "x",
    LD_AUDIT: "x",
    EDITOR: "x",
    __proto__: "x",
  };
  expect(take(values)).toEqual({ taken: {}, warnings: [] });
  expect(take(JSON.parse('{"__proto__": "x", "constructor": "x", "toString": "x"}'))).toEqual({
    taken: {},
    warnings: [],
  });
});

describe("an address of a .env file", () => {
  const addresses: [address: string, key: string][] = [
    ["OPENAI_BASE_URL", "OPENAI_API_KEY"],
    ["ANTHROPIC_BASE_URL", "ANTHROPIC_API_KEY"],
    ["AZURE_OPENAI_BASE_URL", "AZURE_OPENAI_API_KEY"],
    ["AZUREAI_OPENAI_BASE_URL", "AZUREAI_OPENAI_API_KEY"],
    ["AZURE_OPENAI_ENDPOINT", "AZURE_API_KEY"],
    ["GOOGLE_BASE_URL", "GEMINI_API_KEY"],
    ["HF_BASE_URL", "HF_TOKEN"],
    ["XAI_BASE_URL", "GROK_API_KEY"],
    ["OLLAMA_BASE_URL", "OLLAMA_API_KEY"],
    ["OPENROUTER_BASE_URL", "OPENROUTER_API_KEY"],
    ["SOMEBODY_BASE_URL", "SOMEBODY_API_KEY"],
    ["KAGGLE_API_BASE", "KAGGLE_API_TOKEN"],
    ["KAGGLE_API_ENDPOINT", "KAGGLE_API_TOKEN"],
  ];
  it.each(addresses)("%s goes with %s of the same file, and with no key of the environment", (address, key) => {
    const url = { [address]: "http://evil" };
    expect(take(url).taken).toEqual({});
    expect(take(url).warnings).toEqual([expect.stringContaining(`${address} in ${PATH} is ignored`)]);
    expect(take(url, { [key]: "real" }).taken).toEqual({});
    expect(take({ ...url, [key]: "mine" }, { [key]: "real" }).taken).toEqual({});
    expect(take({ ...url, [key]: " " }).taken).toEqual({ [key]: " " });
    expect(take({ ...url, [key]: "mine" })).toEqual({ taken: { ...url, [key]: "mine" }, warnings: [] });
    expect(keyAddresses([address, "OTHER"], key)).toEqual([address]);
  });

  it("does not go with another provider's key of the file", () => {
    const { taken } = take({ OPENAI_BASE_URL: "http://evil", ANTHROPIC_API_KEY: "mine" }, { OPENAI_API_KEY: "real" });
    expect(taken).toEqual({ ANTHROPIC_API_KEY: "mine" });
  });

  it("does not go with one name of a key when the environment has another name of it", () => {
    const { taken } = take({ GOOGLE_BASE_URL: "http://evil", GEMINI_API_KEY: "mine" }, { GOOGLE_API_KEY: "real" });
    expect(taken).toEqual({ GEMINI_API_KEY: "mine" });
    expect(take({ HF_BASE_URL: "http://evil", HF_API_KEY: "mine" }, { HF_TOKEN: "real" }).taken).not.toHaveProperty(
      "HF_BASE_URL",
    );
  });

  it("of Kaggle does not go with a name and a key, because a file of the user would win over them", () => {
    const pair = { KAGGLE_USERNAME: "a", KAGGLE_KEY: "b" };
    expect(take({ ...pair, KAGGLE_API_BASE: "http://evil" }).taken).toEqual(pair);
    const token = { KAGGLE_API_TOKEN: "mine", KAGGLE_API_BASE: "http://evil" };
    expect(take(token, { KAGGLE_API_V1_TOKEN: "/kaggle/token" }).taken).toEqual({ KAGGLE_API_TOKEN: "mine" });
    expect(take(token, { KAGGLE_KEY: "real" }).taken).toEqual({ KAGGLE_API_TOKEN: "mine" });
  });

  it("as a token does not read a file of the user's", () => {
    for (const token of ["/home/me/.kaggle/access_token", "../token", "C:\\token", "token"]) {
      const { taken, warnings } = take({ KAGGLE_API_TOKEN: token, KAGGLE_API_BASE: "http://evil" }, {}, ["token"]);
      expect(taken).toEqual({});
      expect(warnings).toHaveLength(2);
    }
  });

  it("does not hide in the name of a region", () => {
    expect(take({ AWS_REGION: "x.evil.com/#" }, { AWS_BEARER_TOKEN_BEDROCK: "real" }).taken).toEqual({});
    expect(take({ GOOGLE_VERTEX_LOCATION: "evil.com/" }).taken).toEqual({});
    expect(take({ AWS_REGION: "eu-west-1" }).taken).toEqual({ AWS_REGION: "eu-west-1" });
  });

  it("does not stand in the pattern of a file's name", () => {
    expect(take({ MLEBENCH_LOG_FILE_PATTERN: "../../.ssh/{id}" }).taken).toEqual({});
    expect(take({ INSPECT_EVAL_LOG_FILE_PATTERN: "{model}_{id}" }).taken).toHaveProperty(
      "INSPECT_EVAL_LOG_FILE_PATTERN",
    );
  });
});

it("takes what opens nothing: settings, keys, and the providers that keep an agent in", () => {
  const values = {
    ...{ MLEBENCH_MODEL: "mock/default", INSPECT_EVAL_EPOCHS: "2", MLEBENCH_SANDBOX: "docker", MLEBENCH_LITE: "1" },
    ...{ OPENAI_API_KEY: "a", KAGGLE_USERNAME: "b", KAGGLE_KEY: "c", HF_TOKEN: "d", COHERE_API_KEY: "e" },
    ...{
      INSPECT_LOG_DIR: "logs",
      MLEBENCH_NO_FAIL_ON_ERROR: "1",
      SOMEBODY_API_KEY: "f",
      INSPECT_EVAL_TASK_ARGS: "epochs=1",
    },
  };
  expect(take(values)).toEqual({ taken: values, warnings: [] });
  expect(take(values, { ...values }).taken).toEqual({});
});

it("never takes a row of the table that opens something, whatever is added to the table", () => {
  for (const row of rowsOf()) {
    for (const value of ["./evil.mjs", "mock/./evil.mjs", "local"]) {
      if (openingOf(row, value) === undefined) continue;
      expect(sourcesOf(row, value)).not.toContain(".env");
      if (row.env === false) continue;
      for (const name of variablesOf(row.flag, row.env)) expect(take({ [name]: value }).taken).toEqual({});
    }
  }
  const open = rowsOf(SETTINGS).filter((row) => row.opens !== undefined || row.opensWhen !== undefined);
  expect(open.map(({ name }) => name).sort()).toEqual(
    [
      ...[
        "allowHostAccess",
        "approval",
        "args",
        "baseUrl",
        "composeOverrides",
        "env",
        "extraBody",
        "generateConfig",
        "gpuCount",
        "gpuDriver",
        "headers",
        "model",
      ],
      ...["models", "plugIns", "resumeLog", "runConfig", "sandboxConfig", "sandboxOptions", "sandboxType", "scorer"],
      ...["solver", "taskConfig"],
    ].sort(),
  );
});
