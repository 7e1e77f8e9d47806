import { mkdtemp, rm } from "node:fs/promises";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { sleep } from "@mlebench/base";
import { expect, it } from "vitest";
import { createValidationServer } from "./validation-server.js";

it("takes a time limit of more days than a timer of Node can hold", async () => {
  const scratchDirectory = await mkdtemp(join(tmpdir(), "mlebench-validation-server-"));
  const server = createValidationServer({
    scratchDirectory,
    timeoutSeconds: 60 * 86_400,
    validate: async (_path, signal) => {
      await sleep(100, signal);
      return { valid: true };
    },
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  const form = new FormData();
  form.append("file", new Blob(["id,y\n1,0\n"]), "submission.csv");
  const response = await fetch(`http://127.0.0.1:${port}/validate`, { method: "POST", body: form });
  expect([response.status, await response.json()]).toEqual([200, { result: "Submission is valid." }]);
  server.closeAllConnections();
  server.close();
  await rm(scratchDirectory, { recursive: true });
});
