import type { V1HostAlias } from "@kubernetes/client-node";
import { messageOf } from "@mlebench/base";
import type { Cluster } from "../api/cluster.js";
import { openExec } from "../exec/connection.js";
import { CONTAINER } from "../pod/manifest.js";
import type { FollowedPods } from "../pod/watcher.js";

const HEARTBEAT_SECONDS = 20;
/** A node that is lost keeps the connection to the API server open. */
const ANSWER_SECONDS = 60;
const ADD = 'printf "%s\\n" "$1" >>/etc/hosts';

/**
 * Writes one more line into /etc/hosts of a pod, once it runs.
 * @returns why it could not; undefined also when the pod has ended by then
 */
export async function addHost(
  cluster: Cluster,
  pods: FollowedPods,
  pod: string,
  { ip, hostnames = [] }: V1HostAlias,
): Promise<string | undefined> {
  if (!(await untilRunning(pods, pod))) return undefined;
  let output = "";
  try {
    const connection = await openExec(
      cluster,
      { pod, container: CONTAINER, heartbeatSeconds: HEARTBEAT_SECONDS },
      ["/bin/sh", "-c", ADD, "sh", [ip, ...hostnames].join("\t")],
      (_stream, chunk) => {
        output += chunk.toString("utf8");
      },
    );
    const timer = setTimeout(() => connection.terminate(), ANSWER_SECONDS * 1000);
    const status = await connection.closed;
    clearTimeout(timer);
    if (status?.exitCode === 0) return undefined;
    return output.trim() || status?.message || "the connection was lost";
  } catch (error) {
    return messageOf(error);
  }
}

function untilRunning(pods: FollowedPods, name: string): Promise<boolean> {
  return new Promise((resolve) => {
    const look = () => {
      const pod = pods.pod(name);
      const state = pod === "deleted" ? undefined : pod?.status?.containerStatuses?.[0]?.state;
      const over = pod === "deleted" || state?.terminated !== undefined || pod?.status?.phase === "Failed";
      if (!over && state?.running === undefined) return;
      off();
      resolve(!over);
    };
    const off = pods.onChange(look);
    look();
  });
}
