import { spawnSync } from "node:child_process";
import { writeFileSync } from "node:fs";
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { FrameReader } from "../docker/frames.js";
import { CommandMarks } from "./command-marks.js";
import { EndScanner } from "./end-scanner.js";
import { endTree } from "./end-tree.js";
import { KeptOutput } from "./kept-output.js";
import { type WrapOptions, wrapCommand } from "./wrapper.js";

const chunks = fc.array(fc.uint8Array({ maxLength: 40 }), { maxLength: 20 });

describe("KeptOutput", () => {
  it("keeps exactly the first or last bytes, however they arrive", () => {
    fc.assert(
      fc.property(chunks, fc.integer({ min: 0, max: 100 }), fc.constantFrom("head", "tail"), (parts, limit, keep) => {
        const kept = new KeptOutput(limit, keep);
        for (const part of parts) kept.push(part);
        const all = Buffer.concat(parts);
        const expected = keep === "head" ? all.subarray(0, limit) : all.subarray(Math.max(0, all.length - limit));
        expect(Buffer.compare(kept.bytes(), expected)).toBe(0);
        expect(kept.truncated).toBe(all.length > limit);
        expect(kept.total).toBe(all.length);
      }),
    );
  });

  it("shows whole characters only at its cut", () => {
    const texts = fc.string({ unit: "grapheme" }).filter((text) => !text.includes("\uFFFD"));
    fc.assert(
      fc.property(texts, fc.integer({ min: 0, max: 30 }), (text, limit) => {
        for (const keep of ["head", "tail"] as const) {
          const kept = new KeptOutput(limit, keep);
          kept.push(Buffer.from(text));
          expect(kept.text()).not.toContain("\uFFFD");
          expect(text.includes(kept.text())).toBe(true);
        }
      }),
    );
  });
});

describe("EndScanner", () => {
  const token = "0123456789abcdef0123456789abcdef";

  it("passes on every byte before the end, wherever the chunks are cut, and none after", () => {
    const part = fc.oneof(
      fc.uint8Array({ maxLength: 20 }),
      fc.constant(Buffer.from(`\x1e${token.slice(0, 9)}`)),
      fc.constant(Buffer.from("\x1e")),
    );
    fc.assert(
      fc.property(fc.array(part, { maxLength: 8 }), fc.integer({ min: 1, max: 50 }), (parts, size) => {
        const output = Buffer.concat(parts);
        const stream = Buffer.concat([output, Buffer.from(`\x1e${token} 3 0 1\x1e`), Buffer.from("of a daemon")]);
        const seen: Uint8Array[] = [];
        const scanner = new EndScanner(token, (chunk) => seen.push(Buffer.from(chunk)));
        for (let at = 0; at < stream.length; at += size) scanner.push(stream.subarray(at, at + size));
        scanner.finish();
        expect(Buffer.compare(Buffer.concat(seen), output)).toBe(0);
        expect(scanner.end).toEqual({ exitCode: 3, outOfMemory: true });
      }),
    );
  });

  it("does not hold back what cannot be the end", () => {
    const seen: string[] = [];
    const scanner = new EndScanner(token, (chunk) => seen.push(Buffer.from(chunk).toString("latin1")));
    scanner.push(Buffer.from("\x1e{json}\n"));
    expect(seen).toEqual(["\x1e{json}\n"]);
  });
});

const marks = new CommandMarks();
/** Runs a wrapped command, and takes the wrapper's start off its output. */
function runWrapped(command: string[], mark = marks.next(), options?: WrapOptions, shell = "sh") {
  const {
    command: [, ...args],
    variables,
  } = wrapCommand(command, mark, options);
  const env = { ...process.env, ...variables };
  const { stdout, stderr, status } = spawnSync(shell, args, { encoding: "utf8", env });
  expect(stdout).toMatch(/^\x06\d+\n/);
  return { stdout: stdout.slice(stdout.indexOf("\n") + 1), stderr, status };
}

describe("wrapCommand", () => {
  const shells = ["dash", "bash", "sh"].filter((shell) => spawnSync(shell, ["-c", "true"]).status === 0);

  it.each(shells)("marks what the command starts, and writes its end, in %s", (shell) => {
    const mark = marks.next();
    const command = ["sh", "-c", "env -i setsid cat /proc/self/limits; echo err >&2; exit 5"];
    const { stdout, stderr, status } = runWrapped(command, mark, {}, shell);
    expect(status).toBe(5);
    expect(stdout).toMatch(new RegExp(`Max file locks +${mark.mark} `));
    expect(stdout.endsWith(`\x1e${mark.token} 5 - -\x1e`)).toBe(true);
    expect(stderr).toBe(`err\n\x1e${mark.token} 5 - -\x1e`);
  });

  it.each(shells)("says nothing of its own when the command is killed, in %s", (shell) => {
    const mark = marks.next();
    const { stderr } = runWrapped(["sh", "-c", "kill -KILL $$"], mark, {}, shell);
    expect(stderr).toBe(`\x1e${mark.token} 137 - -\x1e`);
  });
});

describe("the count of OOM kills", () => {
  const files = {
    "version 1": {
      path: "memory/memory.oom_control",
      text: (kills: number) => `oom_kill_disable 0\nunder_oom 0\noom_kill ${kills}\n`,
    },
    "version 2": {
      path: "memory.events",
      text: (kills: number) => `low 0\nhigh 3\nmax 9\noom 2\noom_kill ${kills}\noom_group_kill 7\n`,
    },
  };

  it.each(Object.entries(files))("is read from cgroups of %s", async (_version, { path, text }) => {
    const root = await mkdtemp(join(tmpdir(), "cgroup-"));
    const file = join(root, path);
    await mkdir(dirname(file), { recursive: true });
    await writeFile(join(root, "next"), text(5));
    const ends = ["true", `cat "$1/next" >"$2"`].map((script) => {
      writeFileSync(file, text(4));
      const mark = marks.next();
      const options = { countOom: true, cgroupRoot: root };
      const scanner = new EndScanner(mark.token, () => undefined);
      scanner.push(Buffer.from(runWrapped(["sh", "-c", script, "sh", root, file], mark, options).stdout));
      return scanner.end;
    });
    await rm(root, { recursive: true });
    expect(ends).toEqual([
      { exitCode: 0, outOfMemory: false },
      { exitCode: 0, outOfMemory: true },
    ]);
  });

  it("is nothing where there is no such file", () => {
    const mark = marks.next();
    const options = { countOom: true, cgroupRoot: "/no-such-cgroup" };
    const scanner = new EndScanner(mark.token, () => undefined);
    scanner.push(Buffer.from(runWrapped(["true"], mark, options).stdout));
    expect(scanner.end).toEqual({ exitCode: 0, outOfMemory: false });
  });
});

describe("FrameReader", () => {
  it("takes frames apart wherever the chunks are cut", () => {
    const frame = fc.record({ stream: fc.constantFrom(1, 2), data: fc.uint8Array({ maxLength: 30 }) });
    fc.assert(
      fc.property(fc.array(frame, { maxLength: 10 }), fc.integer({ min: 1, max: 20 }), (frames, size) => {
        const wire = Buffer.concat(
          frames.flatMap(({ stream, data }) => {
            const header = Buffer.alloc(8);
            header[0] = stream;
            header.writeUInt32BE(data.length, 4);
            return [header, Buffer.from(data)];
          }),
        );
        const seen = { stdout: "", stderr: "" };
        const reader = new FrameReader((stream, chunk) => {
          seen[stream] += chunk.toString("hex");
        });
        for (let at = 0; at < wire.length; at += size) reader.push(wire.subarray(at, at + size));
        const of = (wanted: number) =>
          Buffer.concat(frames.filter(({ stream }) => stream === wanted).map(({ data }) => data)).toString("hex");
        expect(seen).toEqual({ stdout: of(1), stderr: of(2) });
      }),
    );
  });
});

describe("endTree", () => {
  it("does not believe that a command is gone before it has been seen or has ended", async () => {
    const counts = [0, 0, 0, 2, 0, 0];
    const sent: string[] = [];
    const gone = await endTree({
      signal: async (name) => {
        sent.push(name);
        return counts.shift() ?? 0;
      },
      ended: () => false,
      graceSeconds: 0,
    });
    expect(gone).toBe(true);
    expect(sent).toHaveLength(6);
  });

  it("sweeps what KILL does not catch up with", async () => {
    const sent: string[] = [];
    const gone = await endTree({
      signal: async (name) => {
        sent.push(name);
        return sent.includes("SWEEP") ? 0 : 5;
      },
      ended: () => true,
      graceSeconds: 0,
    });
    expect(gone).toBe(true);
    expect(sent.slice(-2)).toEqual(["SWEEP", "SWEEP"]);
    expect(sent[0]).toBe("KILL");
  });
});
