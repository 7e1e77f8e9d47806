import {
  ComposeSpecError,
  ProviderOptionsError,
  SandboxError,
  SandboxUnavailableError,
} from "@mlebench/sandbox-compose";
import { describe, expect, it } from "vitest";
import { ClusterUnavailableError, NoCapacityError, PodUnavailableError, UnknownAccountError } from "./errors.js";

describe("errors of the provider", () => {
  it("are known as what they are and as what they derive from, and as nothing else", () => {
    const lost = new PodUnavailableError("mle-a", "removed", "pod mle-a does not exist any more.");
    expect([PodUnavailableError.is(lost), SandboxUnavailableError.is(lost), SandboxError.is(lost)]).toEqual([
      true,
      true,
      true,
    ]);
    expect([ClusterUnavailableError.is(lost), NoCapacityError.is(lost)]).toEqual([false, false]);
    expect(ClusterUnavailableError.is(new UnknownAccountError(undefined))).toBe(true);
    expect(lost.hint).toContain("node went away");
  });

  it("are a matter of usage only where nothing was started", () => {
    expect(new ComposeSpecError(["x"]).kind).toBe("usage");
    expect(new ProviderOptionsError("k8s", ["x"], []).kind).toBe("usage");
    expect(new NoCapacityError("full", "wait").kind).toBe("failure");
  });
});
