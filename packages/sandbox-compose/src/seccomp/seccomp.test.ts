import { describe, expect, it } from "vitest";
import { bubblewrapSeccompProgram } from "./bubblewrap-program.js";
import { dockerSeccompProfile } from "./docker-profile.js";
import { callNumbers, FILTERED_CALLS, REFUSED_CALLS } from "./refused-calls.js";

const ALLOW = 0x7fff0000;
const KILL = 0x80000000;
const error = (errno: number) => 0x00050000 | errno;
const ARCHITECTURES = { x64: 0xc000003e, arm64: 0xc00000b7 };

/** What the kernel does with a program and one call. */
function judge(program: Buffer, architecture: number, number: number, argument = 0): number {
  const data = new Map([
    [0, number],
    [4, architecture],
    [16, argument],
  ]);
  let accumulator = 0;
  for (let at = 0; at < program.length / 8; at += 1) {
    const code = program.readUInt16LE(at * 8);
    const [ifTrue, ifFalse] = [program.readUInt8(at * 8 + 2), program.readUInt8(at * 8 + 3)];
    const operand = program.readUInt32LE(at * 8 + 4);
    const jump = (condition: boolean) => {
      at += condition ? ifTrue : ifFalse;
    };
    if (code === 0x20) accumulator = data.get(operand) ?? 0;
    else if (code === 0x15) jump(accumulator === operand);
    else if (code === 0x35) jump(accumulator >>> 0 >= operand);
    else if (code === 0x45) jump((accumulator & operand) !== 0);
    else if (code === 0x06) return operand;
    else throw new Error(`unknown instruction ${code}`);
  }
  throw new Error("no verdict");
}

describe.each(["x64", "arm64"] as const)("bubblewrap's filter on %s", (cpu) => {
  const program = bubblewrapSeccompProgram(cpu);
  const numbers = callNumbers(cpu);
  const verdict = (name: string, argument?: number) =>
    judge(program, ARCHITECTURES[cpu], numbers.get(name) ?? Number.NaN, argument);

  it("refuses every call of the list and leaves all others", () => {
    const refused = new Set(Object.values(REFUSED_CALLS).flat());
    for (const name of numbers.keys()) {
      if (FILTERED_CALLS.includes(name)) continue;
      expect([name, verdict(name)]).toEqual([name, refused.has(name) ? error(1) : ALLOW]);
    }
  });

  it("looks at the arguments of sockets, clones and personalities", () => {
    expect([1, 2, 10, 16].map((family) => verdict("socket", family))).toEqual(Array(4).fill(ALLOW));
    expect([17, 38, 40, 44].map((family) => verdict("socket", family))).toEqual(Array(4).fill(error(97)));
    expect([verdict("clone", 0x10000011), verdict("clone", 0x3d0f00)]).toEqual([error(1), ALLOW]);
    expect([verdict("personality", 0x40000), verdict("personality", 0xffffffff)]).toEqual([error(1), ALLOW]);
    expect(verdict("clone3")).toBe(error(38));
  });

  it("ends what calls in another way, and does not know calls of kernels to come", () => {
    expect(judge(program, 0x40000003, 102)).toBe(KILL);
    expect(judge(program, ARCHITECTURES[cpu], 600)).toBe(error(38));
    if (cpu === "x64") expect(judge(program, ARCHITECTURES[cpu], 0x40000000 | 41, 40)).toBe(KILL);
  });
});

describe("the profile of Docker containers", () => {
  const profile = JSON.parse(dockerSeccompProfile()) as {
    defaultAction: string;
    archMap: Record<string, unknown>[];
    syscalls: { names: string[]; action: string; includes?: { caps: string[] } }[];
  };

  it("refuses by default, and takes no 32-bit or x32 calls", () => {
    expect(profile.defaultAction).toBe("SCMP_ACT_ERRNO");
    expect(profile.archMap.every((one) => !("subArchitectures" in one))).toBe(true);
    expect(profile.archMap).toHaveLength(2);
  });

  it("allows without a capability nothing of the list", () => {
    const refused = new Set(Object.values(REFUSED_CALLS).flat());
    const free = profile.syscalls.filter(
      ({ action, includes }) => action === "SCMP_ACT_ALLOW" && includes === undefined,
    );
    expect(free.flatMap(({ names }) => names).filter((name) => refused.has(name))).toEqual([]);
    expect(free.flatMap(({ names }) => names)).toEqual(
      expect.arrayContaining(["read", "futex", "fchmodat2", "execve"]),
    );
  });

  it("names only calls that there are", () => {
    const known = new Set([...callNumbers("x64").keys(), ...callNumbers("arm64").keys()]);
    expect([...Object.values(REFUSED_CALLS).flat(), ...FILTERED_CALLS].filter((name) => !known.has(name))).toEqual([]);
  });
});
