/** What a Claude model's name says of it. */
export interface ClaudeVersion {
  /** `opus`, `sonnet`, ...; undefined in names that do not say it. */
  readonly tier?: string;
  /** 4.6 is `{ major: 4, minor: 6 }`; a name that says nothing is later than all. */
  readonly major: number;
  readonly minor: number;
}

/**
 * Reads a model's name: `claude-opus-4-6`, `claude-3-7-sonnet-latest`, `claude-sonnet-4@20250514`. What cannot be read
 * counts as the latest, so that a new model needs no new table.
 */
export function claudeVersion(name: string): ClaudeVersion {
  const old = /claude-3-(?:(5|7)-)?(?:([a-z]+)|$)/i.exec(name);
  if (old !== null) return { tier: old[2]?.toLowerCase(), major: 3, minor: Number(old[1] ?? 0) };
  // A date or a size such as 5m after the major version is no minor one.
  const current = /claude-([a-z]+)-(\d+)(?:[-.](\d{1,2})(?![0-9a-z]))?/i.exec(name);
  if (current === null) return { major: Number.POSITIVE_INFINITY, minor: 0 };
  const [, tier, major, minor] = current;
  return { tier: tier!.toLowerCase(), major: Number(major), minor: Number(minor ?? 0) };
}

/** Whether a version is this one or a later one. */
export function isAtLeast(version: ClaudeVersion, major: number, minor = 0): boolean {
  return version.major > major || (version.major === major && version.minor >= minor);
}
