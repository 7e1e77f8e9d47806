import { BECOME_USER, quote, SYSTEM_PATH, type WrappedCommand } from "@mlebench/sandbox-compose/provider-kit";

/**
 * What the exec itself runs: it says that it runs, by one byte, and takes the first bytes of its input as a script. So
 * neither commands nor variables are in the request's URL, which has a limited length and is kept in audit logs, nor in the
 * arguments of the shell. It may be root: nothing is run from a folder of the image's PATH.
 */
export function bootCommand(script: Buffer): string[] {
  return ["/bin/sh", "-c", `printf "\\006"; eval "$(PATH=${SYSTEM_PATH} head -c "$1")"`, "sh", String(script.length)];
}

/** The script that is a wrapped command. */
export function wrapperBoot({ command, variables }: WrappedCommand, input: boolean): Buffer {
  const [, , body = "", , ...words] = command;
  const lines = [
    ...(input ? [] : ["exec </dev/null"]),
    ...Object.entries(variables).map(([name, value]) => `${name}=${quote(value)}`),
    `set -- ${words.map(quote).join(" ")}`,
    body,
  ];
  return Buffer.from(lines.join("\n"));
}

/** The script that becomes `command`, as the user asked for. */
export function bootScript(command: readonly string[], user?: string): Buffer {
  const words = command.map(quote).join(" ");
  if (user === undefined) return Buffer.from(`exec ${words}`);
  return Buffer.from(`sb_user=${quote(user)} sb_mark=\n${BECOME_USER}\nHOME=$sb_home; export HOME\nsb_become ${words}`);
}
