import type { V1Probe } from "@kubernetes/client-node";
import { parseSeconds, type ServiceSpec } from "@mlebench/sandbox-compose";
import { keepAliveCommand } from "@mlebench/sandbox-compose/provider-kit";
import { bootScript } from "../exec/boot-script.js";

/** A pod whose main process ends with 0 when told to counts as done, and why it was evicted is forgotten. */
const EXIT_CODE_OF_TERM = 143;
const PROBE_SECONDS = 30;
const PROBE_RETRIES = 3;

/** Kubernetes replaces `$(NAME)` in commands, arguments and variables, and halves `$$`; this keeps them as written. */
export function escapeDollars(text: string): string {
  return text.replaceAll("$", "$$$$");
}

/** Whether the whole command is known here, and not a part of the image. */
export function startsOwnCommand(service: ServiceSpec, main: boolean): boolean {
  return service.entrypoint !== undefined || (main && service.command === undefined);
}

/**
 * What the container runs, and as whom. A known command is started as root and becomes its user, so that commands can be
 * run as other users later, as with Docker; the image's own runs as the uid that is written.
 */
export function commandAndUser(service: ServiceSpec, main: boolean) {
  const { user, entrypoint, command } = service;
  if (!startsOwnCommand(service, main)) {
    const [uid, gid] = user?.split(":").map(Number) ?? [];
    return { args: command?.map(escapeDollars), identity: { runAsUser: uid, runAsGroup: gid } };
  }
  const whole = entrypoint === undefined ? keepAliveCommand(EXIT_CODE_OF_TERM) : [...entrypoint, ...(command ?? [])];
  const started = user === undefined ? whole : ["/bin/sh", "-c", bootScript(whole, user).toString("utf8")];
  return { command: started.map(escapeDollars), identity: user === undefined ? {} : { runAsUser: 0 } };
}

/**
 * A healthcheck as a startup probe: services are waited for until healthy, and nothing looks at their health later. Failures
 * within `start_period` do not count, success does at once, as in Docker. Seconds are whole.
 */
export function startupProbe({ healthcheck: check }: ServiceSpec): V1Probe | undefined {
  const [kind, ...rest] = check?.test ?? [];
  if (check === undefined || check.disable === true || kind === undefined || kind === "NONE") return undefined;
  const seconds = (value: string | undefined) => Math.max(1, Math.round(parseSeconds(value ?? "") ?? PROBE_SECONDS));
  const periodSeconds = seconds(check.interval);
  const startPeriods = Math.ceil((parseSeconds(check.start_period ?? "") ?? 0) / periodSeconds);
  const command = kind === "CMD-SHELL" ? ["/bin/sh", "-c", rest.join(" ")] : kind === "CMD" ? rest : check.test;
  return {
    exec: { command: command?.map(escapeDollars) },
    periodSeconds,
    timeoutSeconds: seconds(check.timeout),
    failureThreshold: Math.max(1, (check.retries ?? PROBE_RETRIES) + startPeriods),
  };
}
