import {
  callNumbers,
  ENOSYS,
  EPERM,
  FILTERED_CALLS,
  NAMESPACE_FLAGS,
  PERSONALITIES,
  REFUSED_CALLS,
  SOCKET_FAMILIES,
} from "./refused-calls.js";

// Of linux/bpf_common.h, linux/seccomp.h and linux/audit.h.
const LOAD = 0x20;
const IF_EQUAL = 0x15;
const IF_AT_LEAST = 0x35;
const IF_BITS = 0x45;
const RETURN = 0x06;
const ALLOW = 0x7fff0000;
const KILL = 0x80000000;
const EAFNOSUPPORT = 97;
/** Where the call's number, the processor's kind and the low half of the first argument stand. */
const NUMBER = 0;
const ARCHITECTURE = 4;
const FIRST_ARGUMENT = 16;
const ARCHITECTURES = { x64: 0xc000003e, arm64: 0xc00000b7 };
/** Calls of the x32 kind have this bit. */
const X32 = 0x40000000;

/** A jump says how many instructions to skip when it is true, and when not. */
type Instruction = readonly [code: number, operand: number, ifTrue?: number, ifFalse?: number];

/** Whether there is a program for this kind of processor. */
export function hasBubblewrapProgram(cpu: string): cpu is keyof typeof ARCHITECTURES {
  return Object.hasOwn(ARCHITECTURES, cpu);
}

/**
 * The filter for bubblewrap's `--seccomp`, as the kernel reads it: what no sandbox needs is refused, calls that are newer than
 * the list do not exist, and a call of another kind than the processor's own ends the process.
 */
export function bubblewrapSeccompProgram(cpu: keyof typeof ARCHITECTURES): Buffer {
  const numbers = callNumbers(cpu);
  const refused = Object.values(REFUSED_CALLS).flat();
  const refusedNumbers = refused.flatMap((name) => numbers.get(name) ?? []);
  const newest = Math.max(...numbers.values());
  const [socket = 0, personality = 0, clone = 0, clone3 = 0] = FILTERED_CALLS.map((name) => numbers.get(name));
  return assemble([
    [LOAD, ARCHITECTURE],
    ...unlessEqual(ARCHITECTURES[cpu], KILL),
    [LOAD, NUMBER],
    ...(cpu === "x64" ? when(IF_AT_LEAST, X32, KILL) : []),
    ...refusedNumbers.flatMap((number) => when(IF_EQUAL, number, refuse(EPERM))),
    // Its flags lie in memory; the C library takes clone then.
    ...when(IF_EQUAL, clone3, refuse(ENOSYS)),
    ...when(IF_AT_LEAST, newest + 1, refuse(ENOSYS)),
    ...forCall(socket, onlyFirst(SOCKET_FAMILIES, EAFNOSUPPORT)),
    ...forCall(personality, onlyFirst(PERSONALITIES, EPERM)),
    ...forCall(clone, [...when(IF_BITS, NAMESPACE_FLAGS, refuse(EPERM)), [RETURN, ALLOW]]),
    [RETURN, ALLOW],
  ]);
}

function refuse(errno: number): number {
  return 0x00050000 | errno;
}

function when(code: number, operand: number, verdict: number): Instruction[] {
  return [
    [code, operand, 0, 1],
    [RETURN, verdict],
  ];
}

function unlessEqual(operand: number, verdict: number): Instruction[] {
  return [
    [IF_EQUAL, operand, 1, 0],
    [RETURN, verdict],
  ];
}

/** Instructions for one call alone, which have the last word on it. */
function forCall(number: number, then: readonly Instruction[]): Instruction[] {
  return [[IF_EQUAL, number, 0, then.length + 1], [LOAD, FIRST_ARGUMENT], ...then];
}

function onlyFirst(values: readonly number[], errno: number): Instruction[] {
  return [...values.flatMap((value) => when(IF_EQUAL, value, ALLOW)), [RETURN, refuse(errno)]];
}

function assemble(instructions: readonly Instruction[]): Buffer {
  const bytes = Buffer.alloc(instructions.length * 8);
  for (const [index, [code, operand, ifTrue = 0, ifFalse = 0]] of instructions.entries()) {
    bytes.writeUInt16LE(code, index * 8);
    bytes.writeUInt8(ifTrue, index * 8 + 2);
    bytes.writeUInt8(ifFalse, index * 8 + 3);
    bytes.writeUInt32LE(operand, index * 8 + 4);
  }
  return bytes;
}
