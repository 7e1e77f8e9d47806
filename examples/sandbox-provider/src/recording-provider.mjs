// A sandbox provider in a module of its own: `mlebench run --sandbox ./src/recording-provider.mjs ...`. It lets the
// local provider do the work and writes every command to a file. Plain JavaScript, so that nothing has to be built.
import { appendFileSync } from "node:fs";
import { createLocalProvider } from "@mlebench/sandbox-compose";

/**
 * @param options `recordTo` is the file (`--sandbox-option record-to=commands.txt`), `maxSandboxes` the runner's limit.
 */
export function createProvider({ recordTo = "commands.txt", ...options } = {}) {
  const inner = createLocalProvider(options);
  const record = (sandbox, command) => appendFileSync(recordTo, `${sandbox.id}\t${JSON.stringify(command)}\n`);
  return {
    name: "recording",
    up: async (spec, upOptions) => recorded(await inner.up(spec, upOptions), record),
    cleanup: (filter) => inner.cleanup(filter),
    [Symbol.asyncDispose]: () => inner[Symbol.asyncDispose](),
  };
}

/** The sandbox itself but for the two methods that run commands. */
function recorded(sandbox, record) {
  return new Proxy(sandbox, {
    get(target, name) {
      const value = Reflect.get(target, name, target);
      if (typeof value !== "function") return value;
      if (name !== "exec" && name !== "stream") return value.bind(target);
      return (command, options) => {
        record(target, command);
        return value.call(target, command, options);
      };
    },
  });
}
