import { createDockerProvider, parseComposeSpec } from "@mlebench/sandbox-compose";

const spec = parseComposeSpec({ services: { default: { image: process.argv[2], "x-local": true } } });
const provider = createDockerProvider();
const sandbox = await provider.up(spec, { runId: `packed-${process.pid}`, name: "packed" });
try {
  await sandbox.writeFile("/tmp/answer.txt", "42\n");
  const { exitCode, stdout } = await sandbox.exec(["echo", "hello from the sandbox"]);
  const file = new TextDecoder().decode(await sandbox.readFile("/tmp/answer.txt"));
  console.log(JSON.stringify({ exitCode, stdout, file }));
} finally {
  await sandbox[Symbol.asyncDispose]();
}
