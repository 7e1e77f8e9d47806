import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { createEvalLog, resumeEvalLog } from "../eval-log-writer.js";
import { readEvalLog } from "../read-eval-log.js";
import { recoverEvalLog } from "../recover-eval-log.js";
import { editedLog, membersOf, renameInDirectory, writeMembers } from "../test-support/edit-log.js";
import { exampleSample, exampleSpec } from "../testing/example-run.js";
import { convertEvalLog, writeEvalLog } from "../write-eval-log.js";
import { hash } from "./hash.js";
import { digestedJson } from "./json-fields.js";
import { type LogKey, openLogKey } from "./log-key.js";
import { type SealBody, sealText } from "./seal.js";
import { sealingOf } from "./sealing-of.js";
import { readLogOrigin } from "./spec-origin.js";
import type { LogKeys } from "./trusted-keys.js";
import { type EvalLogChange, verifyEvalLog } from "./verify-eval-log.js";

type Members = Map<string, string>;

let directory: string;
let key: LogKey;
let foreignKey: LogKey;
let keys: LogKeys;
/** A finished log of three samples, with a long text apart. */
let finished: string;
/** Another one of the same key. */
let other: string;
/** One that was left after two samples. */
let left: string;

beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), "eval-log-seal-"));
  key = await openLogKey({ env: { XDG_STATE_HOME: join(directory, "own") } });
  foreignKey = await openLogKey({ env: { XDG_STATE_HOME: join(directory, "foreign") } });
  keys = { own: key.publicKey, trusted: [] };
  finished = await madeLog("finished");
  other = await madeLog("other");
  left = await madeLog("left", { isFinished: false });
});
afterAll(() => rm(directory, { recursive: true, force: true }));

async function madeLog(taskId: string, { by = key, isFinished = true } = {}): Promise<string> {
  const spec = exampleSpec({ task_id: taskId, metadata: { plug_ins: ["own.mjs"] } });
  const writer = await createEvalLog({ directory: join(directory, taskId), spec, key: by });
  for (const id of isFinished ? ["a", "b", "c"] : ["a", "b"]) {
    await writer.addSample(exampleSample({ id, uuid: `${taskId}-${id}`, commandOutput: `long ${id} `.repeat(60) }));
  }
  const reductions = [{ scorer: "mle_bench_scorer", samples: [{ value: 1, sample_id: "a" }] }];
  if (isFinished)
    await writer.finish({
      status: "success",
      results: { total_samples: 3, completed_samples: 3, scores: [] },
      reductions,
    });
  else await writer[Symbol.asyncDispose]();
  return writer.path;
}

let copies = 0;
const copy = (edit: (members: Members) => unknown, from = finished): Promise<string> => {
  copies += 1;
  return editedLog(from, join(directory, `copy-${copies}.eval`), edit);
};
/** Changes the JSON of a member. */
const change = (members: Members, name: string, edit: (value: ReturnType<typeof JSON.parse>) => unknown): void => {
  const value = JSON.parse(members.get(name)!);
  edit(value);
  members.set(name, JSON.stringify(value));
};
const sample = (id: string) => `samples/${id}_epoch_1.json`;
const START = "_journal/start.json";
const told = (changes: readonly EvalLogChange[]): string[] =>
  changes.map(({ what, how, fields }) => `${what} ${how}${fields ? `: ${fields.join(", ")}` : ""}`);
async function changesOf(path: string): Promise<string[]> {
  const result = await verifyEvalLog(path, { keys });
  return result.status === "changed" ? told(result.changes) : [result.status];
}
const originOf = async (path: string) => (await readLogOrigin(path, keys)).origin;
/** A seal that the forger signs with a key of their own. */
function forgedSeal(members: Members, position: number, changes: Partial<SealBody>, by = foreignKey): void {
  const body = JSON.parse(members.get(`_seals/${position}.seal`)!.split("\n")[0]!);
  members.set(`_seals/${position}.seal`, sealText({ ...body, key: by.publicKey, ...changes }, by));
}
const sealedAs = (members: Members, name: string) => {
  const { digest, fields } = digestedJson(JSON.parse(members.get(name)!));
  return { name, digest, fields };
};

describe("a log as it was sealed", () => {
  it("is the user's own, that of a trusted key, or of an unknown one", async () => {
    expect(await verifyEvalLog(finished, { keys })).toMatchObject({
      status: "sealed",
      by: "own",
      isFinished: true,
      interrupted: [],
      keys: [{ key: key.publicKey, standing: "own" }],
    });
    const theirs = { own: foreignKey.publicKey, trusted: [] };
    expect(await verifyEvalLog(finished, { keys: theirs })).toMatchObject({ status: "sealed", by: "unknown" });
    const trusting = { ...theirs, trusted: [key.publicKey] };
    expect(await verifyEvalLog(finished, { keys: trusting })).toMatchObject({ status: "sealed", by: "trusted" });
    expect(await verifyEvalLog(finished, { keys: { trusted: [] } })).toMatchObject({ by: "unknown" });
    expect((await readLogOrigin(finished, theirs)).origin).toBe("unknown");
    expect((await readLogOrigin(finished, trusting)).origin).toBe("trusted");
  });

  it("reads as not sealed when it has no seals or is .json, and is read all the same", async () => {
    const json = join(directory, "converted.json");
    await convertEvalLog(finished, json, { key });
    expect(await verifyEvalLog(json, { keys })).toMatchObject({ status: "unsealed", reason: /json/ });
    const bare = await copy((members) => {
      for (const name of [...members.keys()]) if (name.startsWith("_seals/")) members.delete(name);
    });
    expect(await verifyEvalLog(bare, { keys })).toMatchObject({ status: "unsealed" });
    expect(await originOf(bare)).toBe("unsealed");
    expect((await readEvalLog(bare)).samples).toHaveLength(3);
  });

  it("stays so when samples are run again, and when it is resumed, also after a kill", async () => {
    const path = await copy(() => undefined);
    for (const id of ["b", "d"]) {
      const writer = await resumeEvalLog(path, { key, evenWhenSuccessful: true });
      expect(await verifyEvalLog(path, { keys })).toMatchObject({ status: "sealed", by: "own", isFinished: false });
      await writer.addSample(exampleSample({ id, uuid: `again-${id}` }));
      await writer[Symbol.asyncDispose]();
    }
    const writer = await resumeEvalLog(path, { key });
    await writer.update({ spec: { tags: ["more"] }, configUpdate: { changes: [{ field: "max_samples" }] } as never });
    await writer.finish({ status: "success" });
    expect(await verifyEvalLog(path, { keys })).toMatchObject({ status: "sealed", by: "own", isFinished: true });
    expect(await originOf(path)).toBe("own");
  });

  it("reads as interrupted when the last sample has no seal, and not as changed", async () => {
    const path = await copy((members) => members.delete("_seals/3.seal"), left);
    expect(await verifyEvalLog(path, { keys })).toMatchObject({
      status: "sealed",
      by: "own",
      isFinished: false,
      interrupted: [{ id: "b", epoch: 1 }],
    });
    expect(await originOf(path)).toBe("own");
  });

  it("keeps its seals when it is recovered from a cut copy", async () => {
    const bytes = await readFile(finished);
    const cut = join(directory, "cut.eval");
    for (const [name, length] of Object.entries({
      whole: bytes.length,
      end: bytes.length - 30,
      half: bytes.length / 2,
    })) {
      await writeFile(cut, bytes.subarray(0, length));
      const { path } = await recoverEvalLog(cut, join(directory, `recovered-${name}.eval`));
      expect(await verifyEvalLog(path, { keys })).toMatchObject({ status: "sealed", by: "own", isFinished: false });
      expect((await readLogOrigin(path, { own: foreignKey.publicKey, trusted: [] })).origin).toBe("unknown");
    }
  });
});

/** What is done to a finished log, and what is told of it. */
const ATTACKS: Readonly<Record<string, readonly [(members: Members) => unknown, ...string[]]>> = {
  "a score is edited": [
    (members) => change(members, sample("b"), ({ scores }) => (scores.mle_bench_scorer.value.any_medal = true)),
    "sample b epoch 1 edited: scores",
  ],
  "a message is edited": [
    (members) => change(members, sample("a"), ({ messages }) => (messages[2].content = "I solved it by myself.")),
    "sample a epoch 1 edited: messages",
  ],
  "an event is taken out": [
    (members) => change(members, sample("a"), ({ events }) => events.splice(3, 1)),
    "sample a epoch 1 edited: events",
  ],
  "usage is edited": [
    (members) => change(members, sample("c"), ({ model_usage }) => (model_usage["mock/model"].total_tokens = 1)),
    "sample c epoch 1 edited: model_usage",
  ],
  "a limit is taken away": [
    (members) => change(members, sample("c"), (value) => delete value.limit),
    "sample c epoch 1 edited: limit",
  ],
  "an error is put in": [
    (members) => change(members, sample("c"), (value) => (value.error = { message: "boom" })),
    "sample c epoch 1 edited: error",
  ],
  "an attachment is edited": [
    (members) =>
      change(members, sample("b"), ({ attachments }) => (attachments[Object.keys(attachments)[0]!] = "other")),
    "sample b epoch 1 edited: attachments",
  ],
  "metadata of a sample is edited": [
    (members) => change(members, sample("a"), (value) => (value.metadata = { grading_report: { gold_medal: true } })),
    "sample a epoch 1 edited: metadata",
  ],
  "only blanks of a sample are changed": [
    (members) => members.set(sample("a"), `${members.get(sample("a"))} `),
    "sample a epoch 1 edited: ",
  ],
  "a field is written twice, the second one as it was": [
    (members) => members.set(sample("a"), members.get(sample("a"))!.replace("{", '{"scores":{},')),
    "sample a epoch 1 edited: ",
  ],
  "a sample is no JSON any more": [(members) => members.set(sample("a"), "{"), "sample a epoch 1 edited: "],
  "a sample is dropped": [(members) => members.delete(sample("b")), "sample b epoch 1 removed"],
  "a sample is dropped with its summary and its seal": [
    (members) => {
      for (const name of [sample("b"), "_journal/summaries/2.json", "_seals/3.seal"]) members.delete(name);
    },
    "seal 4 removed",
  ],
  "two samples are swapped": [
    (members) => {
      const [a, b] = [members.get(sample("a"))!, members.get(sample("b"))!];
      members.set(sample("a"), b).set(sample("b"), a);
    },
    "sample a epoch 1 swapped",
    "sample b epoch 1 swapped",
  ],
  "a sample stands for another one as well": [
    (members) => members.set(sample("b"), members.get(sample("a"))!),
    "sample b epoch 1 swapped",
  ],
  "a sample is duplicated under another name": [
    (members) => members.set(sample("d"), members.get(sample("a"))!),
    "sample d epoch 1 added",
  ],
  "a sample is duplicated as another epoch": [
    (members) => members.set("samples/a_epoch_2.json", members.get(sample("a"))!),
    "sample a epoch 2 added",
  ],
  "a sample is added as a folder beside its file": [
    (members) => members.set("samples/a_epoch_1/sample.json", members.get(sample("b"))!),
    "sample a epoch 1 added",
  ],
  "samples are put into another order": [
    (members) => {
      const text = members.get(sample("a"))!;
      members.delete(sample("a"));
      members.set(sample("a"), text);
    },
    "summary 1 moved",
  ],
  "a summary is edited": [
    (members) => change(members, "_journal/summaries/1.json", ([row]) => (row.scores = {})),
    "summary 1 edited: scores",
  ],
  "a summary is added": [
    (members) => members.set("_journal/summaries/9.json", members.get("_journal/summaries/1.json")!),
    "summary 9 added",
  ],
  "the summaries of the end are edited": [
    (members) => change(members, "summaries.json", (rows) => (rows[1].scores = {})),
    "the summaries edited: 1",
  ],
  "a reduction is edited": [
    (members) => change(members, "reductions.json", ([reduction]) => (reduction.samples[0].value = 0)),
    "the reductions edited: samples",
  ],
  "a result of the header is edited": [
    (members) => change(members, "header.json", ({ results }) => (results.completed_samples = 99)),
    "the header edited: results",
  ],
  "the status of the header is edited": [
    (members) => change(members, "header.json", (header) => (header.status = "cancelled")),
    "the header edited: status",
  ],
  "the spec of the header is edited": [
    (members) => change(members, "header.json", (header) => (header.eval.model_base_url = "http://evil")),
    "the header edited: eval",
  ],
  "the spec of the journal is edited": [
    (members) => change(members, START, (start) => (start.eval.metadata.plug_ins = ["evil.mjs"])),
    "the spec edited: eval",
  ],
  "the spec is edited in both places": [
    (members) => {
      for (const name of [START, "header.json"])
        change(members, name, (value) => (value.eval.model = "mock//evil.mjs"));
    },
    "the spec edited: eval",
    "the header edited: eval",
  ],
  "the header is taken out": [(members) => members.delete("header.json"), "the header removed"],
  "the spec of the journal is taken out": [(members) => members.delete(START), "the spec removed"],
  "a configuration update is added": [
    (members) => members.set("_journal/config_updates/1.json", '{"changes":[]}'),
    "configuration update 1 added",
  ],
  "a member of no known kind is added": [(members) => members.set("notes.txt", "x"), "member notes.txt added"],
  "a seal is taken out": [(members) => members.delete("_seals/2.seal"), "seal 3 removed"],
  "the first seal is taken out": [(members) => members.delete("_seals/1.seal"), "seal 2 removed", "the spec added"],
  "the last seal is taken out": [
    (members) => members.delete("_seals/5.seal"),
    "the summaries added",
    "the reductions added",
    "the header added",
  ],
  "the chain is cut after the spec": [
    (members) => {
      for (const position of [2, 3, 4, 5]) members.delete(`_seals/${position}.seal`);
      for (const id of ["b", "c"]) members.delete(sample(id));
      for (const index of [2, 3]) members.delete(`_journal/summaries/${index}.json`);
    },
    "sample a epoch 1 added",
    "summary 1 added",
    "the summaries added",
    "the reductions added",
    "the header added",
  ],
  "two seals change places": [
    (members) => {
      const [third, fourth] = [members.get("_seals/3.seal")!, members.get("_seals/4.seal")!];
      members.set("_seals/3.seal", fourth).set("_seals/4.seal", third);
    },
    "seal 3 moved",
    "seal 4 moved",
  ],
  "a seal is edited": [
    (members) => members.set("_seals/3.seal", members.get("_seals/3.seal")!.replace('"position":3', '"position":4')),
    "seal 3 edited",
    "seal 4 edited",
  ],
  "the signature of a seal is that of another": [
    (members) => {
      const [said] = members.get("_seals/3.seal")!.split("\n");
      members.set("_seals/3.seal", `${said}\n${members.get("_seals/2.seal")!.split("\n")[1]}\n`);
    },
    "seal 3 edited",
    "seal 4 edited",
  ],
  "a seal is no seal": [(members) => members.set("_seals/3.seal", "{}"), "seal 3 edited", "seal 4 edited"],
  "the key of a seal is swapped": [
    (members) =>
      members.set("_seals/3.seal", members.get("_seals/3.seal")!.replace(key.publicKey, foreignKey.publicKey)),
    "seal 3 edited",
    "seal 4 edited",
  ],
  "an edited sample is sealed anew with another key": [
    (members) => {
      change(members, sample("b"), (value) => (value.scores = {}));
      forgedSeal(members, 3, {
        members: [sealedAs(members, sample("b")), sealedAs(members, "_journal/summaries/2.json")],
      });
    },
    "seal 4 edited",
  ],
};

describe("a finished log that was changed", () => {
  it.each(Object.entries(ATTACKS))("%s: it is seen and named", async (_name, [attack, ...expected]) => {
    const found = await changesOf(await copy(attack));
    for (const line of expected) expect(found).toContain(line);
    if (expected[0]?.startsWith("sample")) expect(found).toHaveLength(expected.length);
  });

  it("a sample of another own log: it is seen and named", async () => {
    const members = await membersOf(other);
    const path = await copy((own) => own.set(sample("b"), members.get(sample("b"))!));
    expect(await changesOf(path)).toEqual(["sample b epoch 1 edited: events, uuid"]);
  });

  it("a sample of another own log with its seal: it is seen and named", async () => {
    const members = await membersOf(other);
    const path = await copy((own) => {
      for (const name of [sample("b"), "_journal/summaries/2.json", "_seals/3.seal"]) own.set(name, members.get(name)!);
    });
    expect(await changesOf(path)).toContain("seal 3 from another log");
  });

  it("all seals of another own log: it is seen and named", async () => {
    const members = await membersOf(other);
    const path = await copy((own) => {
      for (const [name, text] of members) if (name.startsWith("_seals/")) own.set(name, text);
    });
    expect(await changesOf(path)).toContain("the spec edited: eval");
    expect(await originOf(path)).toBe("changed");
  });

  it("a name that stands twice in the archive: it is seen and named", async () => {
    const path = await copy((members) => members.set(sample("z"), members.get(sample("a"))!));
    await renameInDirectory(path, sample("z"), sample("a"));
    expect(await changesOf(path)).toContain("sample a epoch 1 repeated");
    expect(await originOf(path)).toBe("changed");
  });

  it("bytes of a member that no longer fit its checksum: it is seen and named", async () => {
    const path = await copy(() => undefined);
    const bytes = await readFile(path);
    const at = bytes.indexOf(sample("b")) + sample("b").length + 40;
    bytes[at] = bytes[at]! ^ 0xff;
    await writeFile(path, bytes);
    expect((await changesOf(path))[0]).toMatch(/^sample b epoch 1 edited/);
  });

  it("more samples than one without a seal, or one that is not the last, are added and not interrupted", async () => {
    const two = await copy((members) => {
      for (const position of [2, 3]) members.delete(`_seals/${position}.seal`);
    }, left);
    expect(await changesOf(two)).toContain("sample a epoch 1 added");
    const early = await copy((members) => {
      const rest = [...members];
      members.clear();
      members.set(sample("0"), rest.find(([name]) => name === sample("a"))![1]);
      for (const [name, text] of rest) members.set(name, text);
    }, left);
    expect(await changesOf(early)).toEqual(["sample 0 epoch 1 added"]);
  });

  it("a whole log that the forger seals with another key is that key's, whatever is left of the user's", async () => {
    const path = await copy((members) => {
      change(members, sample("b"), (value) => (value.scores = {}));
      let previous: string | null = null;
      for (const position of [1, 2, 3, 4, 5]) {
        const body = JSON.parse(members.get(`_seals/${position}.seal`)!.split("\n")[0]!) as SealBody;
        if (position >= 3) {
          const sealed = body.members.map(({ name }) => sealedAs(members, name));
          forgedSeal(members, position, { previous, members: sealed });
        }
        previous = hash(members.get(`_seals/${position}.seal`)!);
      }
    });
    expect(await verifyEvalLog(path, { keys })).toMatchObject({ status: "sealed", by: "unknown" });
    // The header is the forger's: its spec may be theirs too.
    expect(await originOf(path)).toBe("unknown");
  });
});

describe("whose spec it is", () => {
  const EDITED = ["a spec edited in the journal", "a spec edited in the header"];
  it.each(EDITED)("%s counts as changed", async (what) => {
    const name = what.endsWith("journal") ? START : "header.json";
    const path = await copy((members) => change(members, name, (value) => (value.eval.metadata.plug_ins = ["evil"])));
    expect(await originOf(path)).toBe("changed");
  });

  it("a header of the forger's that contradicts the user's start is not the user's", async () => {
    const path = await copy((members) => {
      change(members, "header.json", (value) => (value.eval.metadata.plug_ins = ["evil.mjs"]));
      forgedSeal(members, 5, {
        previous: hash(members.get("_seals/4.seal")!),
        members: ["summaries.json", "reductions.json", "header.json"].map((name) => sealedAs(members, name)),
      });
    });
    expect(await originOf(path)).toBe("changed");
  });

  it("a start and its seal put into another log's file are not that log's", async () => {
    const members = await membersOf(other);
    const path = await copy((own) => {
      for (const name of [START, "_seals/1.seal"]) own.set(name, members.get(name)!);
    });
    expect(await originOf(path)).toBe("changed");
    const alone = join(directory, "alone.eval");
    const wrongId = new Map(await membersOf(left));
    change(wrongId, START, (start) => (start.eval.eval_id = "another"));
    await writeMembers(alone, wrongId);
    expect(await originOf(alone)).toBe("changed");
  });

  it("a seal that names another log than its spec does not count, though its key is the user's", async () => {
    const path = await copy((members) => {
      const body = JSON.parse(members.get("_seals/1.seal")!.split("\n")[0]!) as SealBody;
      members.set("_seals/1.seal", sealText({ ...body, log: "another" }, key));
      for (const name of [...members.keys()])
        if (/_seals\/[2-9]|samples|summaries|header|reductions/.test(name)) members.delete(name);
    });
    expect(await originOf(path)).toBe("changed");
    expect(await changesOf(path)).toEqual(["the spec from another log"]);
  });

  it("one that is resumed stays whose it was, with seals of two keys in one chain", async () => {
    const theirs = await madeLog("theirs", { by: foreignKey, isFinished: false });
    const writer = await resumeEvalLog(theirs, { key });
    await writer.addSample(exampleSample({ id: "c" }));
    await writer.finish({ status: "success" });
    expect(await originOf(theirs)).toBe("unknown");
    expect(await verifyEvalLog(theirs, { keys })).toMatchObject({ status: "sealed", by: "unknown" });
    const trusting = { ...keys, trusted: [foreignKey.publicKey] };
    expect((await readLogOrigin(theirs, trusting)).origin).toBe("trusted");
    expect(await verifyEvalLog(theirs, { keys: trusting })).toMatchObject({ status: "sealed", by: "trusted" });
  });

  it("one whose spec is changed while it is resumed, as an eval set does, stays whose it was", async () => {
    const theirs = await madeLog("theirs-extended", { by: foreignKey });
    const writer = await resumeEvalLog(theirs, { key, evenWhenSuccessful: true });
    await writer.update({ spec: { tags: ["extended"] } });
    await writer.finish({ status: "success" });
    expect(await originOf(theirs)).toBe("unknown");
    const again = await resumeEvalLog(theirs, { key, evenWhenSuccessful: true });
    await again.update({ spec: { tags: ["twice"] } });
    await again.finish({ status: "success" });
    expect(await originOf(theirs)).toBe("unknown");
  });

  it("one that was changed or not sealed does not become the user's by being resumed", async () => {
    const edited = await copy(
      (members) => change(members, START, ({ eval: spec }) => (spec.model = "mock//evil.mjs")),
      left,
    );
    const bare = await copy((members) => {
      for (const name of [...members.keys()]) if (name.startsWith("_seals/")) members.delete(name);
    }, left);
    for (const [path, origin] of [
      [edited, "unknown"],
      [bare, "unsealed"],
    ] as const) {
      const writer = await resumeEvalLog(path, { key });
      await writer.update({ spec: { tags: ["resumed"] } });
      await writer.addSample(exampleSample({ id: "c" }));
      await writer.finish({ status: "success" });
      expect(await originOf(path)).toBe(origin);
    }
  });

  it("one that is converted or scored is sealed no more than the one it is made of", async () => {
    const made = async (from: string): Promise<string> => {
      copies += 1;
      const to = join(directory, `converted-${copies}.eval`);
      await convertEvalLog(from, to, { key });
      return to;
    };
    expect(await originOf(await made(finished))).toBe("own");
    expect(await verifyEvalLog(await made(finished), { keys })).toMatchObject({ status: "sealed", by: "own" });
    const theirs = await madeLog("theirs-converted", { by: foreignKey });
    const twice = await made(await made(theirs));
    expect(await originOf(twice)).toBe("unknown");
    expect((await readLogOrigin(twice, { ...keys, trusted: [foreignKey.publicKey] })).origin).toBe("trusted");
    const edited = await copy((members) => change(members, sample("b"), (value) => (value.scores = {})));
    expect(await originOf(await made(edited))).toBe("unsealed");
    const json = join(directory, "through.json");
    await convertEvalLog(theirs, json, { key });
    expect(await originOf(await made(json))).toBe("unsealed");
    const scored = join(directory, "scored.eval");
    await writeEvalLog(scored, await readEvalLog(edited), { sealing: await sealingOf(edited, key) });
    expect(await originOf(scored)).toBe("unsealed");
  });

  it("a sample that is copied from another's log is not the user's", async () => {
    const theirs = await madeLog("theirs-copied", { by: foreignKey });
    const spec = exampleSpec({ task_id: "copying" });
    const writer = await createEvalLog({ directory: join(directory, "copying"), spec, key });
    await writer.copySample(finished, "a", 1);
    expect(await verifyEvalLog(writer.path, { keys })).toMatchObject({ status: "sealed", by: "own" });
    await writer.copySample(theirs, "b", 1);
    await writer.finish({ status: "success" });
    expect(await verifyEvalLog(writer.path, { keys })).toMatchObject({ status: "sealed", by: "unknown" });
    expect(await originOf(writer.path)).toBe("own");
  });
});

describe("what is hostile", () => {
  it("seals without end are refused in bounded memory", async () => {
    const path = await copy((members) => members.set("_seals/9.seal", "x".repeat(130 * 1024 * 1024)));
    await expect(verifyEvalLog(path, { keys })).rejects.toMatchObject({ code: "EVAL_LOG_INVALID" });
  });

  it("a thousand added members are counted and some of them named", async () => {
    const path = await copy((members) => {
      for (let index = 0; index < 1000; index += 1) members.set(`samples/x${index}_epoch_1.json`, "{}");
    });
    const result = await verifyEvalLog(path, { keys });
    expect(result).toMatchObject({ status: "changed", more: 800 });
  });

  it.each(["__proto__", "constructor"])("a field or sample called %s is taken as any other", async (name) => {
    const path = await copy((members) => {
      members.set(sample("a"), members.get(sample("a"))!.replace("{", `{"${name}":{"polluted":1},`));
      members.set(sample(name), "{}");
    });
    expect(await changesOf(path)).toEqual([`sample a epoch 1 edited: ${name}`, `sample ${name} epoch 1 added`]);
    expect(Reflect.get({}, "polluted")).toBeUndefined();
  });
});
