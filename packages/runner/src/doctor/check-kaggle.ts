import { messageOf } from "@mlebench/base";
import { loadCredentials } from "@mlebench/kaggle-client";
import type { Finding } from "./check.js";

/** Whether there are credentials; whether Kaggle accepts them is seen at the first download. */
export async function checkKaggle(env: Readonly<Record<string, string | undefined>>): Promise<Finding> {
  const name = "Kaggle account";
  try {
    const { source, warnings } = await loadCredentials({ env });
    const [warning] = warnings;
    if (warning) return { name, state: "warning", facts: `${source}: ${warning.message}`, fix: warning.hint };
    return { name, state: "ok", facts: `credentials from ${source}` };
  } catch (error) {
    return {
      name,
      state: "missing",
      facts: messageOf(error),
      fix: "Create a token on https://www.kaggle.com/settings and put it where the message says. Not needed for the demo or with --raw-dir.",
    };
  }
}
