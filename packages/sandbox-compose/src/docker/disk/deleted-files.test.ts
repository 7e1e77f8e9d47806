import { expect, it } from "vitest";
import { deletedOn } from "./deleted-files.js";

it("counts deleted files of the container's disk once each, and neither what has a name nor what is memory", () => {
  const lines = ["0 16 512 49 7", "0 16 512 49 7", "1 800 512 49 8", "0 900 512 1 9", "0 2 512 49 10", "garbage"];
  expect([...deletedOn("49", lines.join("\n"))]).toEqual([
    ["7", 8192],
    ["10", 1024],
  ]);
});
