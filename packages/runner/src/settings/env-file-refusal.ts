import type { Opening } from "./setting.js";

const REASONS: Readonly<Record<Opening, string>> = {
  code: "a .env file cannot name code to run",
  key: "a .env file cannot say what is sent with a key, or where",
  host: "a .env file cannot open this machine",
};

/**
 * Why something of a `.env` file is not taken, as a warning.
 * @param where variable and file.
 * @param instead what to do, as a sentence.
 */
export function envFileRefusal(where: string, opening: Opening | undefined, instead: string): string {
  const reason = opening === undefined ? "it cannot be set in a .env file" : REASONS[opening];
  return `${where} is ignored: ${reason}. ${instead}`;
}
