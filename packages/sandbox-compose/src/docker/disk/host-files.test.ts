import { describe, expect, it } from "vitest";
import type { FilledService } from "../fill-service.js";
import { hostFiles } from "./host-files.js";

const files = (service: object) => hostFiles(service as FilledService, "box");

describe("the files about hosts that a container gets", () => {
  it("name the container itself and what the spec adds", () => {
    const hosts = files({ network_mode: "none", extra_hosts: ["a:192.0.2.1", "b:2001:db8::1"] })?.["/etc/hosts"];
    expect(hosts).toMatch(/^127\.0\.0\.1\tlocalhost\n/);
    expect(hosts).toMatch(/127\.0\.1\.1\tbox\n192\.0\.2\.1\ta\n2001:db8::1\tb\n$/);
  });

  it("ask Docker's resolver in networks of their own, and nobody without", () => {
    expect(files({})?.["/etc/resolv.conf"]).toMatch(/^nameserver 127\.0\.0\.11\n/);
    expect(files({ network_mode: "none" })?.["/etc/resolv.conf"]).toBe("");
  });

  it("are the engine's where only it knows what they say, and the spec's where it mounts them", () => {
    expect(files({ network_mode: "bridge" })).toBeUndefined();
    expect(files({ extra_hosts: ["host.docker.internal:host-gateway"] })).toBeUndefined();
    const mounted = files({ network_mode: "none", volumes: [{ type: "bind", source: "/a", target: "/etc/hosts" }] });
    expect(Object.keys(mounted ?? {})).toEqual(["/etc/resolv.conf", "/etc/hostname"]);
  });
});
