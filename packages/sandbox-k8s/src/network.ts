import type { V1NetworkPolicy, V1Pod } from "@kubernetes/client-node";
import {
  type ComposeSpec,
  isInternal,
  type Sandbox,
  type SandboxEvent,
  type ServiceSpec,
  serviceNetworks,
} from "@mlebench/sandbox-compose";
import type { Cluster } from "./api/cluster.js";
import { NetworkNotIsolatedError } from "./errors.js";
import { SANDBOX_LABEL } from "./life/labels.js";
import type { Settings } from "./options.js";

const PROBE_SECONDS = 3;
/** Network plugins take a moment to apply a policy to a new pod. */
const TRIES = 4;

/** Whether a service has no way out of its sandbox. */
export function isWithoutNetwork(spec: ComposeSpec, service: string): boolean {
  const { network_mode: mode } = spec.services[service] ?? {};
  if (mode !== undefined) return mode === "none";
  return serviceNetworks(spec, service).every(({ name }) => isInternal(spec, name));
}

/** Keeps the pods of a sandbox from everything, or from everything but each other; undefined when any may go out. */
export function networkPolicy(
  spec: ComposeSpec,
  sandbox: string,
  metadata: { labels: Record<string, string>; annotations: Record<string, string> },
  settings: Settings,
): V1NetworkPolicy | undefined {
  const services = Object.keys(spec.services);
  if (!services.every((service) => isWithoutNetwork(spec, service))) return undefined;
  const podSelector = { matchLabels: { [SANDBOX_LABEL]: sandbox } };
  const dns = {
    ports: [
      { port: 53, protocol: "UDP" },
      { port: 53, protocol: "TCP" },
    ],
    to: [{ namespaceSelector: {}, podSelector: { matchLabels: { "k8s-app": "kube-dns" } } }],
  };
  const several = services.length > 1;
  return {
    metadata: {
      name: sandbox,
      ...metadata,
      ownerReferences: settings.ownerReference === undefined ? undefined : [{ ...settings.ownerReference }],
    },
    spec: {
      podSelector,
      policyTypes: ["Ingress", "Egress"],
      ingress: several ? [{ _from: [{ podSelector }] }] : [],
      egress: several ? [{ to: [{ podSelector }] }, dns] : [],
    },
  };
}

/**
 * Whether the cluster keeps sandboxes from the network, tried from inside of the first one of each runtime class before
 * anything else runs in it: a connection to its node that is answered, be it by a refusal, shows that packets pass.
 */
export class NetworkCheck {
  readonly #settings: Settings;
  readonly #verdicts = new Map<string, Promise<string | undefined>>();

  constructor(settings: Settings) {
    this.#settings = settings;
  }

  /** @throws NetworkNotIsolatedError unless that is allowed */
  async require(
    sandbox: Sandbox,
    cluster: Cluster,
    pod: V1Pod | "deleted" | undefined,
    service: ServiceSpec,
    onProgress: ((event: SandboxEvent) => void) | undefined,
  ): Promise<void> {
    if (this.#settings.allowUnenforcedNetworkPolicy) return;
    const spec = pod === "deleted" ? undefined : pod?.spec;
    const key = spec?.runtimeClassName ?? "";
    const node = pod === "deleted" ? undefined : pod?.status?.hostIP;
    let verdict = this.#verdicts.get(key);
    if (verdict === undefined) {
      verdict = probe(sandbox, targets(cluster, node));
      this.#verdicts.set(key, verdict);
      verdict.catch(() => this.#verdicts.delete(key));
    }
    const facts = await verdict;
    if (facts !== undefined) throw new NetworkNotIsolatedError(`from ${service.image ?? "the sandbox"}, ${facts}`);
    onProgress?.({ type: "warning", message: "network: no packet leaves the sandbox (tried)" });
  }
}

function targets({ config }: Cluster, node: string | undefined): string[] {
  const found = node === undefined || node.startsWith("127.") ? [] : [`${node} 10250`];
  const server = config.getCurrentCluster()?.server;
  if (server === undefined) return found;
  const { hostname, port } = new URL(server);
  if (!/^(127\.|localhost)/.test(hostname)) found.push(`${hostname} ${port === "" ? "443" : port}`);
  return found;
}

async function probe(sandbox: Sandbox, hosts: readonly string[]): Promise<string | undefined> {
  let facts: string | undefined;
  for (let attempt = 0; attempt < TRIES; attempt += 1) {
    const { exitCode, stdout, stderr } = await sandbox.exec(["/bin/sh", "-c", PROBE, "sh", ...hosts], {
      timeoutSeconds: 60,
    });
    if (exitCode === 0) return undefined;
    facts = exitCode === 3 ? `${stdout.trim()} answers` : `it could not be tried: ${stderr.trim() || stdout.trim()}`;
  }
  return facts;
}

// Exit code 3 names a host that answers; 4 when the image has nothing to try with. A pod whose only interface is the loopback is cut off anyway.
const PROBE = `routes=0
while read -r interface destination gateway rest; do
  [ "$interface" = Iface ] && continue
  routes=$((routes + 1))
  [ "$gateway" = 00000000 ] && continue
  tail=\${gateway#??}
  set -- "$@" "$((0x\${gateway#??????})).$((0x$(printf %.2s "\${gateway#????}"))).$((0x$(printf %.2s "$tail"))).$((0x$(printf %.2s "$gateway"))) 10250"
done </proc/net/route
[ "$routes" = 0 ] && exit 0
[ "$#" = 0 ] && { echo "the node's address is not known" >&2; exit 4; }
PERL='use Socket; use Errno; my ($h,$p)=split / /,$ARGV[0]; socket(S,PF_INET,SOCK_STREAM,6) or exit 4; alarm ${PROBE_SECONDS}; $SIG{ALRM}=sub{exit 1}; my $a=inet_aton($h) or exit 1; connect(S,sockaddr_in($p,$a)) and exit 0; exit($!{ECONNREFUSED} ? 0 : 1)'
PYTHON='import socket,sys
h,p=sys.argv[1].split()
s=socket.socket(); s.settimeout(${PROBE_SECONDS})
try: s.connect((h,int(p)))
except ConnectionRefusedError: pass
except OSError: sys.exit(1)'
for target do
  if command -v perl >/dev/null 2>&1; then perl -e "$PERL" "$target"; code=$?
  elif command -v python3 >/dev/null 2>&1; then python3 -c "$PYTHON" "$target"; code=$?
  else echo "the image has neither perl nor python3" >&2; exit 4; fi
  if [ "$code" = 0 ]; then echo "$target"; exit 3; fi
done
exit 0`;
