const NO_SUCH_USER = "sandbox: no such user";
const NO_SWITCH = "sandbox: cannot switch users";

/**
 * What the exec itself runs: it says that it runs, by one byte, and takes the first bytes of its input as a script. So
 * neither commands nor variables are in the request's URL, which has a limited length and is kept in audit logs.
 */
export function bootCommand(script: Buffer): string[] {
  return ["/bin/sh", "-c", 'printf "\\006"; eval "$(head -c "$1")"', "sh", String(script.length)];
}

export interface BootOptions {
  readonly env?: Readonly<Record<string, string>>;
  readonly user?: string;
  /** Whether the command reads what follows the script. */
  readonly input: boolean;
}

/** The script that becomes `command`, as the user asked for. */
export function bootScript(command: readonly string[], { env = {}, user, input }: BootOptions): Buffer {
  const pairs = Object.entries(env).map(([key, value]) => quote(`${key}=${value}`));
  const lines = [
    ...(user === undefined ? ["set --"] : [`user=${quote(user)}`, SWITCH_USER, "HOME=$home; export HOME"]),
    `exec "$@" ${pairs.length === 0 ? "" : `env ${pairs.join(" ")} `}${command.map(quote).join(" ")}${input ? "" : " </dev/null"}`,
  ];
  return Buffer.from(lines.join("\n"));
}

/** Shell that turns `$user` (name or uid, with `:group`) into the words that run a command as that user. */
const SWITCH_USER = `name=\${user%%:*} group=
case $user in *:*) group=\${user#*:} ;; esac
uid= gid= home=/
while IFS=: read -r n x u g c h s; do
  if [ "$n" = "$name" ] || [ "$u" = "$name" ]; then uid=$u gid=$g home=$h; break; fi
done </etc/passwd
known=$uid
case $name in *[!0-9]*|'') ;; *) uid=$name gid=\${gid:-0} ;; esac
if [ -z "$uid" ]; then echo "${NO_SUCH_USER} $name" >&2; exit 125; fi
if [ -n "$group" ]; then
  gid=
  while IFS=: read -r n x g m; do if [ "$n" = "$group" ]; then gid=$g; break; fi; done </etc/group
  case $group in *[!0-9]*) ;; *) gid=$group ;; esac
  if [ -z "$gid" ]; then echo "${NO_SUCH_USER} $user" >&2; exit 125; fi
fi
if [ "$(id -u)" = "$uid" ]; then set --
elif [ "$(id -u)" != 0 ]; then echo "${NO_SWITCH}: the container runs as uid $(id -u)" >&2; exit 125
elif command -v setpriv >/dev/null; then
  if [ -n "$known" ]; then groups=--init-groups; else groups=--clear-groups; fi
  set -- setpriv --reuid "$uid" --regid "$gid" "$groups" --
elif command -v su >/dev/null && [ -n "$known" ]; then set -- su -s /bin/sh "$name" -c 'exec "$@"' -- sh
else echo "${NO_SWITCH}: the image has neither setpriv nor su" >&2; exit 125; fi`;

/** Whether the script refused to become the user. */
export function userRefusal(stderr: string): string | undefined {
  return stderr.startsWith(NO_SUCH_USER) || stderr.startsWith(NO_SWITCH) ? stderr.trim() : undefined;
}

export function quote(word: string): string {
  return `'${word.replaceAll("'", "'\\''")}'`;
}
