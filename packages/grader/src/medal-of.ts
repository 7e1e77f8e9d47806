import type { GradingReport } from "./grading-report.js";

/** The three medals, in the words of reports and tables. */
export type Medal = "gold" | "silver" | "bronze";

/** The medal that a report was given; undefined when none. */
export function medalOf(report: Pick<GradingReport, `${Medal}_medal`>): Medal | undefined {
  if (report.gold_medal) return "gold";
  if (report.silver_medal) return "silver";
  return report.bronze_medal ? "bronze" : undefined;
}
