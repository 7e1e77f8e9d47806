import { describe, expect, it } from "vitest";
import { isHostOutOfMemory } from "./host-memory.js";

const ID = "4f1c".repeat(16);
const OTHER = "aaaa".repeat(16);
const line = (constraint: string, scope: string, group: string, task = "python3") =>
  `6,1717,90817265,-;oom-kill:constraint=${constraint},nodemask=(null),cpuset=${group},mems_allowed=0,${scope},task_memcg=/docker/${group},task=${task},pid=4711,uid=0`;

describe("the kernel's word on who was out of memory", () => {
  it.each([
    ["the whole machine was", line("CONSTRAINT_NONE", "global_oom", ID), true],
    ["the container's own limit was met", line("CONSTRAINT_MEMCG", `oom_memcg=/docker/${ID}`, ID), false],
    ["the machine was, and ended something else", line("CONSTRAINT_NONE", "global_oom", OTHER), false],
    [
      "a process is called like the kernel's word",
      line("CONSTRAINT_MEMCG", `oom_memcg=/docker/${ID}`, ID, ",global_oom,x"),
      false,
    ],
    [
      "a process only writes such a line",
      `12,1,2,-;python3: oom-kill:constraint=CONSTRAINT_NONE,global_oom,${ID}`,
      false,
    ],
    ["nothing is said", "", false],
  ])("is read when %s", (_name, log, expected) => {
    expect(isHostOutOfMemory(log, ID)).toBe(expected);
  });
});
