import { REASON_GROUPS } from "./reason-sources.js";

/** The security document's table of what reasons may depend on. */
export function reasonTable(): string {
  const rows = REASON_GROUPS.map(({ name, mayDependOn, answers }) => {
    const ids = Object.keys(answers).map((id) => `\`${id}\``);
    return `| ${name} (${ids.length}) | ${mayDependOn} | ${ids.join(", ")} |`;
  });
  return [
    "| Graders | A reason depends on the submission and on | Competitions |",
    "| --- | --- | --- |",
    ...rows,
  ].join("\n");
}
