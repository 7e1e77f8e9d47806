import type { RunEvent } from "@mlebench/runner";
import type { SettingValues } from "@mlebench/runner/settings";
import { plainDisplay } from "./plain-display.js";
import { richDisplay } from "./rich-display.js";

/** Shows a run on stderr while it goes on. */
export interface Display {
  show(event: RunEvent): void;
  /** Leaves the terminal as it was. */
  close(): void;
}

/**
 * Chooses a display: what was asked for, else the live table on a terminal and plain lines elsewhere.
 * @param epochs of the run.
 */
export function openDisplay(name: SettingValues["display"], epochs: number): Display {
  const chosen = name ?? (canRedraw(process.stderr.isTTY, process.env) ? "rich" : "plain");
  if (chosen === "none") return { show: () => undefined, close: () => undefined };
  return chosen === "rich" ? richDisplay(epochs) : plainDisplay(epochs);
}

/** Whether lines can be drawn over: on a terminal, but not one that calls itself dumb, as those of editors do. */
export function canRedraw(isTTY: boolean, env: Readonly<Record<string, string | undefined>>): boolean {
  return isTTY && !env["CI"] && env["TERM"] !== "dumb";
}
