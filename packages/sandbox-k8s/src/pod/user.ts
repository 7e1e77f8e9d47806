import type { ServiceSpec } from "@mlebench/sandbox-compose";
import { keepAliveCommand } from "@mlebench/sandbox-compose/provider-kit";
import { bootScript } from "../exec/boot-script.js";
import { escapeDollars } from "./escape-dollars.js";

/** A pod whose main process ends with 0 when told to counts as done, and why it was evicted is forgotten. */
const EXIT_CODE_OF_TERM = 143;

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
    return {
      args: command?.map(escapeDollars),
      identity: { runAsUser: uid, runAsGroup: gid },
    };
  }
  const whole = entrypoint === undefined ? keepAliveCommand(EXIT_CODE_OF_TERM) : [...entrypoint, ...(command ?? [])];
  const started =
    user === undefined ? whole : ["/bin/sh", "-c", bootScript(whole, { user, input: true }).toString("utf8")];
  return { command: started.map(escapeDollars), identity: user === undefined ? {} : { runAsUser: 0 } };
}
