export const START = "_journal/start.json";
export const HEADER = "header.json";
export const SUMMARIES = "summaries.json";
export const REDUCTIONS = "reductions.json";
const JOURNAL_SUMMARY = /^_journal\/summaries\/(\d+)\.json$/;
const CONFIG_UPDATE = /^_journal\/config_updates\/(\d+)\.json$/;
const SAMPLE = /^samples\/([\s\S]*)_epoch_(\d+)\.json$/;
const SAMPLE_FOLDER = /^samples\/([\s\S]*)_epoch_(\d+)\/sample\.json$/;

export interface SampleName {
  readonly name: string;
  /** The id as text; a numeric id is written the same way. */
  readonly id: string;
  readonly epoch: number;
  /** True for the shape of several members per sample, which large samples may have. */
  readonly folder: boolean;
}

export function sampleMember(id: string | number, epoch: number): string {
  return `samples/${id}_epoch_${epoch}.json`;
}

export function summaryMember(index: number): string {
  return `_journal/summaries/${index}.json`;
}

export function configUpdateMember(index: number): string {
  return `_journal/config_updates/${index}.json`;
}

/** The journal's members in the order in which they were written. */
export function journalSummaries(names: Iterable<string>): string[] {
  return numbered(names, JOURNAL_SUMMARY);
}

export function configUpdates(names: Iterable<string>): string[] {
  return numbered(names, CONFIG_UPDATE);
}

export function sampleNames(names: Iterable<string>): SampleName[] {
  return [...names].flatMap((name) => sampleName(name) ?? []);
}

/** The sample that a member is; undefined for other members. */
export function sampleName(name: string): SampleName | undefined {
  const file = SAMPLE.exec(name);
  const match = file ?? SAMPLE_FOLDER.exec(name);
  return match?.[1] === undefined ? undefined : { name, id: match[1], epoch: Number(match[2]), folder: !file };
}

function numbered(names: Iterable<string>, pattern: RegExp): string[] {
  return [...names]
    .flatMap((name) => {
      const match = pattern.exec(name);
      return match ? [{ name, index: Number(match[1]) }] : [];
    })
    .sort((a, b) => a.index - b.index)
    .map(({ name }) => name);
}
