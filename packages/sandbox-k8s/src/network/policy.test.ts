import { type ComposeInput, parseComposeSpec } from "@mlebench/sandbox-compose";
import { describe, expect, it } from "vitest";
import { readSettings } from "../options.js";
import { networkPolicy } from "./policy.js";

function policyOf(written: ComposeInput, service = "default") {
  const context = {
    name: "mle-a",
    sandbox: "mle-a",
    metadata: { labels: {}, annotations: {} },
    settings: readSettings({ env: {} }),
  };
  return networkPolicy(parseComposeSpec(written), service, context).spec!;
}

function peer(service: string) {
  const labels = { "sandbox.mlebench.dev/sandbox": "mle-a", "sandbox.mlebench.dev/service": service };
  return { podSelector: { matchLabels: labels } };
}

describe("the network policy of a service", () => {
  it("denies all in both directions to a service without network, which is the default of one that is alone", () => {
    for (const network of [{}, { network_mode: "none" }, { networks: {} }]) {
      expect(policyOf({ services: { default: { image: "a", ...network } } })).toEqual({
        ...peer("default"),
        policyTypes: ["Ingress", "Egress"],
        ingress: [],
        egress: [],
      });
    }
  });

  it("lets services of one network reach each other, and nothing else", () => {
    const spec = { services: { default: { image: "a" }, judge: { image: "b" } } };
    expect(policyOf(spec)).toMatchObject({ ingress: [{ _from: [peer("judge")] }], egress: [{ to: [peer("judge")] }] });
  });

  it("opens the way out to the service that has it alone", () => {
    const spec = {
      services: {
        default: { image: "a", networks: ["inside"] },
        proxy: { image: "b", networks: ["inside", "outside"] },
        other: { image: "c", networks: ["outside"] },
      },
      networks: { inside: { internal: true }, outside: {} },
    };
    expect(policyOf(spec)).toMatchObject({ ingress: [{ _from: [peer("proxy")] }], egress: [{ to: [peer("proxy")] }] });
    expect(policyOf(spec, "proxy")).toMatchObject({
      ingress: [{ _from: [peer("default"), peer("other")] }],
      egress: [{}],
    });
    expect(policyOf(spec, "other")).toMatchObject({ ingress: [{ _from: [peer("proxy")] }], egress: [{}] });
    expect(policyOf({ services: { default: { image: "a", network_mode: "bridge" } } }).egress).toEqual([{}]);
  });
});
