import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, openSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { CoreV1Api, KubeConfig } from "@kubernetes/client-node";
import { eventually } from "./fault-cluster.js";

const PORT = 26444;

/** A second API server of the test cluster, on the same data, which a test can kill without disturbing others. */
export interface SecondApiServer extends AsyncDisposable {
  readonly port: number;
  kill(): Promise<void>;
  start(kubeconfig: string): Promise<void>;
}

/** The command line of the cluster's own API server; undefined where that is no process of this machine. */
export function ownApiServer(): string[] | undefined {
  const pidFile = join(dirname(process.env["KUBECONFIG"] ?? ""), "run/kube-apiserver.pid");
  if (!existsSync(pidFile)) return undefined;
  const commandLine = `/proc/${readFileSync(pidFile, "utf8").trim()}/cmdline`;
  return existsSync(commandLine) ? readFileSync(commandLine, "utf8").split("\0").slice(0, -1) : undefined;
}

export function secondApiServer(own: readonly string[]): SecondApiServer {
  const [, ...options] = own;
  const at = options.indexOf("--secure-port");
  const home = dirname(process.env["KUBECONFIG"] ?? "");
  options.splice(at + 1, 1, String(PORT));
  let running: ChildProcess | undefined;
  const kill = async (): Promise<void> => {
    if (running === undefined) return;
    const exited = once(running, "exit");
    running.kill("SIGKILL");
    await exited;
    running = undefined;
  };
  return {
    port: PORT,
    kill,
    async start(kubeconfig) {
      const log = openSync(join(home, "log/second-kube-apiserver.log"), "a", 0o600);
      running = spawn(join(home, "bin/kube-apiserver"), options, { stdio: ["ignore", log, log] });
      const config = new KubeConfig();
      config.loadFromFile(kubeconfig);
      const core = config.makeApiClient(CoreV1Api);
      await eventually(() => core.listNamespace());
    },
    [Symbol.asyncDispose]: kill,
  };
}
