import { describe, expect, it } from "vitest";
import { type GuardedSandbox, HostGuard, hostReserveBytes } from "./host-guard.js";

const GIB = 2 ** 30;

describe("the guard of the host's disk", () => {
  it("keeps 5 GiB, or 5 % of a small disk", () => {
    expect(hostReserveBytes({ totalBytes: 1000 * GIB })).toBe(5 * GIB);
    expect(hostReserveBytes({ totalBytes: 20 * GIB })).toBe(GIB);
  });

  it("ends the sandbox that takes most, before the reserve is touched, and no other", async () => {
    const disk = { freeBytes: 50 * GIB, totalBytes: 500 * GIB };
    const guard = new HostGuard(async () => disk);
    const ended: string[] = [];
    const sandbox = (id: string, bytes: number): GuardedSandbox => ({
      id,
      usedBytes: async () => bytes,
      end: (facts) => ended.push(`${id}: ${facts}`),
    });
    const all = [sandbox("small", GIB), sandbox("large", 9 * GIB), sandbox("other", 2 * GIB)];
    for (const each of all) await guard.add(each);
    disk.freeBytes = 5.5 * GIB;
    await expect.poll(() => ended.length, { timeout: 10_000 }).toBe(1);
    expect(ended[0]).toMatch(/^large: the disk with containers has 5\.9 GB left, of which 5\.4 GB are kept/);
    disk.freeBytes = 50 * GIB;
    for (const each of all) guard.remove(each);
    expect(ended).toHaveLength(1);
  });

  it("ends nobody who started on a disk that was short already", async () => {
    let looks = 0;
    const guard = new HostGuard(async () => {
      looks += 1;
      return { freeBytes: GIB, totalBytes: 500 * GIB };
    });
    await guard.add({ id: "late", usedBytes: async () => GIB, end: () => expect.fail("it was ended") });
    await new Promise((resolve) => setTimeout(resolve, 1200));
    expect(looks).toBe(1);
  });
});
