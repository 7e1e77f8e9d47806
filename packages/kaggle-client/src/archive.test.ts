import { expect, it } from "vitest";
import { KaggleClient, UnexpectedResponseError } from "./index.js";
import { startKaggleServer, testCredentials } from "./testing/index.js";

it("reads parts of an archive without downloading it", async () => {
  const zip = Buffer.from("0123456789");
  await using server = await startKaggleServer({ competitions: { leaf: { zip } } });
  await using client = new KaggleClient({ credentials: testCredentials(), baseUrl: server.url });
  const archive = await client.archive("leaf");
  expect(archive.bytes).toBe(10);
  expect((await archive.read(3, 4)).toString()).toBe("3456");
  server.faults.add({ on: "storage", times: 1, effect: { type: "cut", afterBytes: 1 } });
  expect((await archive.read(0, 10)).toString()).toBe("0123456789");
  server.faults.add({ on: "storage", times: 1, effect: { type: "ignore-range" } });
  await expect(archive.read(3, 4)).rejects.toBeInstanceOf(UnexpectedResponseError);
});
