import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

const PACKAGES = fileURLToPath(new URL("../../../", import.meta.url));
const LOG_NAME = /\d{4}-\d\d-\d\dT[\d:+-]+_[\w-]+?_[A-Za-z0-9]{10,}\.eval/g;

/** A program in a README: a fenced block that begins with an import of one of our packages. */
export interface ReadmeExample {
  /** `<package> <n>`, n counting the package's programs from 1. */
  readonly name: string;
  readonly code: string;
  /** What the comments beside and below its `console.log` lines promise. */
  readonly output: readonly string[];
}

/** All programs in the packages' READMEs. */
export function readmeExamples(): readonly ReadmeExample[] {
  return readdirSync(PACKAGES).flatMap((name) => {
    const path = join(PACKAGES, name, "README.md");
    if (!existsSync(path)) return [];
    const blocks = [...readFileSync(path, "utf8").matchAll(/^```(?:js|ts)\n(.*?)^```/gms)].map(([, code = ""]) => code);
    return blocks
      .filter((code) => code.startsWith("import ") && code.includes(`"@mlebench/${name}`))
      .map((code, index) => ({ name: `${name} ${index + 1}`, code, output: promisedOutput(code) }));
  });
}

function promisedOutput(code: string): string[] {
  const promised: string[] = [];
  let isBelow = false;
  for (const line of code.split("\n")) {
    const below = /^\/\/ (.*)$/.exec(line.trim());
    const beside = /console\.log\(.*\); \/\/ (.*)$/.exec(line);
    if (beside) promised.push(beside[1]!);
    else if (isBelow && below) promised.push(below[1]!);
    isBelow = beside !== null || (isBelow && below !== null) || line.trimStart().startsWith("console.log(");
  }
  return promised;
}

/** Lines of output without what differs from run to run, for comparing. */
export function comparableLines(text: string): string[] {
  return text
    .replace(LOG_NAME, "<log>")
    .split("\n")
    .map((line) => line.replace(/\s+/g, " ").trim())
    .filter((line) => line !== "");
}
