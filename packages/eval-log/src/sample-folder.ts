import type { EvalSample } from "@mlebench/base/log-types";

type ReadMember = (name: string) => Promise<unknown>;

/**
 * Puts a sample together that is stored as a folder of members, the shape Inspect uses for large ones: `sample.json`
 * with what is small, and sequences of messages (the pool, into which `message_refs` point), events, calls and
 * attachments (referred to by their position), each cut into members named by their first position.
 */
export async function assembleSample(
  shellName: string,
  names: readonly string[],
  read: ReadMember,
  parse: (value: unknown) => EvalSample,
): Promise<EvalSample> {
  const prefix = shellName.slice(0, -"sample.json".length);
  const sequence = async (kind: string): Promise<unknown[]> => {
    const parts: unknown[] = [];
    for (const name of chunkNames(names, `${prefix}${kind}/`)) {
      const items = await read(name);
      if (Array.isArray(items)) parts.push(...items);
    }
    return parts;
  };
  const { message_refs: refs, ...shell } = record(await read(shellName));
  const metadata = names.includes(`${prefix}metadata.json`) ? await read(`${prefix}metadata.json`) : {};
  const messages = await sequence("messages");
  const attachments = await sequence("attachments");
  return parse({
    ...shell,
    metadata,
    messages: ranges(refs).flatMap(([start, end]) => messages.slice(start, end)),
    events: await sequence("events"),
    events_data: { messages, calls: await sequence("calls") },
    attachments: Object.fromEntries(attachments.map((text, index) => [String(index), text])),
  });
}

function chunkNames(names: readonly string[], prefix: string): string[] {
  return names
    .filter((name) => name.startsWith(prefix) && /^\d+\.json$/.test(name.slice(prefix.length)))
    .sort((a, b) => Number.parseInt(a.slice(prefix.length), 10) - Number.parseInt(b.slice(prefix.length), 10));
}

function record(value: unknown): Record<string, unknown> {
  return typeof value === "object" && value !== null ? { ...value } : {};
}

function ranges(refs: unknown): [number, number][] {
  if (!Array.isArray(refs)) return [];
  return refs.flatMap((ref: unknown) =>
    Array.isArray(ref) && typeof ref[0] === "number" && typeof ref[1] === "number"
      ? [[ref[0], ref[1]] as [number, number]]
      : [],
  );
}
