import type { V1Probe } from "@kubernetes/client-node";
import { parseSeconds, type ServiceSpec } from "@mlebench/sandbox-compose";
import { escapeDollars } from "./escape-dollars.js";

const DEFAULT_SECONDS = 30;
const DEFAULT_RETRIES = 3;

/**
 * A healthcheck as a startup probe: services are waited for until healthy, and nothing looks at their health later. Failures
 * within `start_period` do not count, success does at once, as in Docker. Seconds are whole.
 */
export function startupProbe({ healthcheck: check }: ServiceSpec): V1Probe | undefined {
  const [kind, ...rest] = check?.test ?? [];
  if (check === undefined || check.disable === true || kind === undefined || kind === "NONE") return undefined;
  const seconds = (value: string | undefined) => Math.max(1, Math.round(parseSeconds(value ?? "") ?? DEFAULT_SECONDS));
  const periodSeconds = seconds(check.interval);
  const startPeriods = Math.ceil((parseSeconds(check.start_period ?? "") ?? 0) / periodSeconds);
  const command = kind === "CMD-SHELL" ? ["/bin/sh", "-c", rest.join(" ")] : kind === "CMD" ? rest : check.test;
  return {
    exec: { command: command?.map(escapeDollars) },
    periodSeconds,
    timeoutSeconds: seconds(check.timeout),
    failureThreshold: Math.max(1, (check.retries ?? DEFAULT_RETRIES) + startPeriods),
  };
}
