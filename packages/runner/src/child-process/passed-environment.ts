/** All that a child process may see of the environment: no keys. */
const PASSED_VARIABLES = ["PATH", "HOME", "TMPDIR", "TEMP", "TMP", "SystemRoot", "LANG", "LC_ALL", "TZ"];

/** The part of this process's environment that a child process gets. */
export function passedEnvironment(): Record<string, string> {
  const set = (name: string): [string, string][] => (process.env[name] ? [[name, process.env[name]]] : []);
  return Object.fromEntries(PASSED_VARIABLES.flatMap(set));
}
