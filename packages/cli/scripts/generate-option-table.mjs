// Writes the table of options between the markers of README.md from the table of settings.
import { readFileSync, renameSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { optionTable } from "@mlebench/runner/settings";

const path = fileURLToPath(new URL("../README.md", import.meta.url));
const before = readFileSync(path, "utf8");
const after = before.replace(
  /(<!-- options: begin -->\n)[\s\S]*(<!-- options: end -->)/,
  (_, begin, end) => `${begin}${optionTable()}\n${end}`,
);
writeFileSync(`${path}.part`, after);
renameSync(`${path}.part`, path);
