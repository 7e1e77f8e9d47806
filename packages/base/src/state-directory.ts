import { homedir, userInfo } from "node:os";
import { isAbsolute, join } from "node:path";

/**
 * The user's state folder for mlebench: `$XDG_STATE_HOME/mlebench`, else `~/.local/state/mlebench`. Nothing is made.
 * @param env where XDG_STATE_HOME is looked for; a relative one is passed over, as its standard says.
 */
export function stateDirectory(env: Readonly<Record<string, string | undefined>> = process.env): string {
  const given = env["XDG_STATE_HOME"] ?? "";
  if (isAbsolute(given)) return join(given, "mlebench");
  // An empty HOME must not put keys wherever a command is called.
  const home = isAbsolute(homedir()) ? homedir() : userInfo().homedir;
  return join(home, ".local", "state", "mlebench");
}
