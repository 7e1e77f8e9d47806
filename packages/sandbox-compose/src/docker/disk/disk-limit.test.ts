import { describe, expect, it } from "vitest";
import { EngineError, type EngineVersion } from "../engine-answers.js";
import { createWithQuota, diskLimitBytes, mayHaveQuota } from "./disk-limit.js";

const GIB = 2 ** 30;

describe("the limit of a container's disk", () => {
  it("is what the spec says, 64 GiB, or nine tenths of what is free", () => {
    expect(diskLimitBytes({ storage_opt: { size: "10g" } }, GIB)).toBe(10 * GIB);
    expect(diskLimitBytes({ storage_opt: { size: "0" } }, GIB)).toBeUndefined();
    expect(diskLimitBytes({}, 1000 * GIB)).toBe(64 * GIB);
    expect(diskLimitBytes({}, 10 * GIB)).toBe(9 * GIB);
    expect(diskLimitBytes({}, undefined)).toBe(64 * GIB);
  });

  it("is the storage driver's matter where that can have quotas", () => {
    const on = (storageDriver: string, backingFilesystem: string) =>
      mayHaveQuota({ storageDriver, backingFilesystem } as EngineVersion);
    expect([on("overlay2", "xfs"), on("btrfs", "")]).toEqual([true, true]);
    expect([on("overlay2", "extfs"), on("overlayfs", "xfs"), on("vfs", "")]).toEqual([false, false, false]);
  });

  it("is watched from here when the engine refuses a quota, and no other refusal is passed over", async () => {
    const config = { Image: "x", HostConfig: { Memory: 1, StorageOpt: { size: "5" } } };
    const refusing = (message: string) => async (asked: typeof config | { HostConfig?: object }) => {
      if (asked.HostConfig !== undefined && "StorageOpt" in asked.HostConfig)
        throw new EngineError(message, 400, undefined);
      return asked;
    };
    const refusal = "--storage-opt is supported only for overlay over xfs with 'pquota' mount option";
    expect(await createWithQuota(config, refusing(refusal))).toEqual({
      created: { Image: "x", HostConfig: { Memory: 1 } },
      hasQuota: false,
    });
    expect(await createWithQuota(config, async (asked) => asked)).toEqual({ created: config, hasQuota: true });
    await expect(createWithQuota(config, refusing("no such image"))).rejects.toThrow("no such image");
  });
});
