import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { ComposeSpecError } from "../errors.js";
import { mergeCompose } from "./merge.js";
import { parseComposeSpec } from "./parse.js";
import { mainService, serviceOrder } from "./services.js";
import { shellWords } from "./shell-words.js";
import type { ComposeInput, ServiceInput } from "./spec.js";
import { parseBytes, parseSeconds } from "./units.js";
import { composeHash, composeToYaml, writeComposeFile } from "./write.js";

/** As Inspect's mle_bench writes it: null memory, read-only binds, x-local, GPU reservation. */
const INSPECT_MLE_BENCH = `
services:
  default:
    image: mlebench-inspect-env
    platform: linux/amd64
    network_mode: none
    x-local: true
    volumes:
      - /cache/data/spaceship-titanic/prepared/public:/home/data:ro
    environment:
      - COMPETITION_ID=spaceship-titanic
    deploy:
      resources:
        limits: { cpus: "1", memory: null }
        reservations:
          devices:
            - { driver: nvidia, count: -1, capabilities: [gpu] }
`;

const INSPECT_TWO_SERVICES = `
x-note: &defaults
  init: true
  networks: [inner]
services:
  default:
    <<: *defaults
    build: { context: ./image, args: [VERSION=3] }
    command: tail -f "/dev/null"
    depends_on: { web: { condition: service_healthy } }
  web:
    <<: *defaults
    image: "nginx:\${SAMPLE_METADATA_TAG:-stable}"
    healthcheck: { test: curl -f http://localhost, interval: 1s, retries: 3, start_period: 1m30s }
networks:
  inner:
    internal: true
`;

function problemsOf(spec: string | ComposeInput): readonly string[] {
  try {
    parseComposeSpec(spec);
  } catch (error) {
    if (error instanceof ComposeSpecError) return error.problems;
    throw error;
  }
  return [];
}

describe("parseComposeSpec", () => {
  it("accepts the compose file of Inspect's mle_bench", () => {
    const spec = parseComposeSpec(INSPECT_MLE_BENCH);
    const service = spec.services["default"]!;
    expect(service.volumes).toEqual([
      { type: "bind", source: "/cache/data/spaceship-titanic/prepared/public", target: "/home/data", read_only: true },
    ]);
    expect(service.environment).toEqual({ COMPETITION_ID: "spaceship-titanic" });
    expect(service.deploy?.resources?.limits).toEqual({ cpus: "1" });
    expect(service.deploy?.resources?.reservations?.devices?.[0]).toMatchObject({ driver: "nvidia", count: -1 });
    expect(service["x-local"]).toBe(true);
  });

  it("accepts several services with anchors, dependencies, networks and interpolation", () => {
    const spec = parseComposeSpec(INSPECT_TWO_SERVICES, {
      directory: "/task",
      variables: { SAMPLE_METADATA_TAG: "1.27" },
    });
    expect(spec.services["web"]?.image).toBe("nginx:1.27");
    expect(spec.services["default"]?.command).toEqual(["tail", "-f", "/dev/null"]);
    expect(spec.services["default"]?.build).toMatchObject({ context: "/task/image", args: { VERSION: "3" } });
    expect(spec.services["web"]?.healthcheck?.test).toEqual(["CMD-SHELL", "curl -f http://localhost"]);
    expect(spec.services["default"]?.networks).toEqual({ inner: {} });
    expect(spec["x-note"]).toBeDefined();
    expect(serviceOrder(spec)).toEqual(["web", "default"]);
  });

  it("names every unsupported key with its place and drops none", () => {
    const problems = problemsOf(`
services:
  default: { image: a, memlimit: 3g, container_name: x, deploy: { replicas: 2 }, healthcheck: { tests: [] } }
secrets: {}
`);
    expect(problems).toEqual(
      expect.arrayContaining([
        expect.stringMatching(/^services\.default\.memlimit: unsupported key/),
        expect.stringMatching(/^services\.default\.container_name: .*collide/),
        expect.stringMatching(/^services\.default\.deploy\.replicas: unsupported key/),
        expect.stringMatching(/^services\.default\.healthcheck\.tests: unsupported key/),
        expect.stringMatching(/^secrets: unsupported key/),
      ]),
    );
  });

  it.each([
    ["a size that is none", { services: { default: { image: "a", mem_limit: "lots" } } }, /mem_limit: .*512m/],
    [
      "a mount option that is not supported",
      { services: { default: { image: "a", volumes: ["/a:/b:rshared"] } } },
      /rshared/,
    ],
    ["a relative mount target", { services: { default: { image: "a", volumes: ["/a:b"] } } }, /not an absolute path/],
    ["no image and no build", { services: { default: {} } }, /neither image nor build/],
    ["no service", { services: {} }, /no service/],
    ["an undeclared volume", { services: { default: { image: "a", volumes: ["cache:/c"] } } }, /not declared/],
    [
      "a circle of dependencies",
      { services: { a: { image: "a", depends_on: ["b"] }, b: { image: "a", depends_on: ["a"] } } },
      /a -> b -> a/,
    ],
    ["a missing variable", "services: { default: { image: 'a:$TAG' } }", /services\.default\.image: variable TAG/],
    [
      "privileged",
      { services: { default: { image: "a", privileged: true } as ComposeInput["services"][string] } },
      /isolation/,
    ],
  ])("refuses %s", (_, spec, message) => {
    expect(problemsOf(spec).join("\n")).toMatch(message);
  });

  it("makes a bind read-only unless it says rw", () => {
    const volumes = ["/a:/a", "/b:/b:rw", { type: "bind", source: "/c", target: "/c" }];
    const spec = parseComposeSpec({ services: { default: { image: "a", volumes } } });
    expect(spec.services["default"]?.volumes?.map((mount) => mount.read_only)).toEqual([true, false, true]);
  });

  it("never reads the process's environment", () => {
    expect(problemsOf("services: { default: { image: $HOME } }").join()).toMatch(/HOME is not given/);
    const spec = parseComposeSpec("services: { default: { image: a, environment: [PATH] } }");
    expect(spec.services["default"]?.environment).toEqual({});
  });

  it("is stable: parsing its own output changes nothing", () => {
    const spec = parseComposeSpec(INSPECT_TWO_SERVICES);
    expect(parseComposeSpec(spec)).toEqual(spec);
    expect(parseComposeSpec(composeToYaml(spec))).toEqual(spec);
  });
});

describe("what people write", () => {
  const ofDefault = (service: ServiceInput) => ({ services: { default: { image: "a", ...service } } });

  it("reads references within references, and numbers and truth values out of variables", () => {
    const yaml = `services: { default: { image: "\${A:-\${B:-c}}:\${T}", init: "\${I:-true}", pids_limit: "\${P:-100}" } }`;
    expect(parseComposeSpec(yaml, { variables: { T: "1" } }).services["default"]).toEqual({
      ...{ image: "c:1", init: true, pids_limit: 100 },
    });
    expect(parseComposeSpec(yaml, { variables: { T: "1", B: "b" } }).services["default"]?.image).toBe("b:1");
    expect(problemsOf('services: { default: { image: "${A" } }')).toEqual([
      expect.stringMatching(/^services.default.image: \$\{A is not a reference/),
    ]);
  });

  it("names what contradicts itself or cannot mean anything", () => {
    const limits = { memory: "2g", cpus: "1.0" };
    expect(problemsOf(ofDefault({ mem_limit: "1g", cpus: 1, deploy: { resources: { limits } } }))).toEqual([
      "services.default: mem_limit is 1g, and deploy.resources.limits.memory is 2g",
    ]);
    const devices = [{ count: 1, device_ids: ["0"] }];
    expect(problemsOf(ofDefault({ deploy: { resources: { reservations: { devices } } } }))).toEqual([
      expect.stringMatching(/count and device_ids exclude each other/),
    ]);
    expect(problemsOf(ofDefault({ healthcheck: { test: ["curl", "x"] } }))).toHaveLength(1);
    expect(problemsOf(ofDefault({ environment: ["=x"] }))).toHaveLength(1);
    expect(problemsOf({ services: { "a b": { image: "x" } } })).toEqual([
      expect.stringMatching(/^services.a b: a name/),
    ]);
    expect(problemsOf("- a list")).toEqual([expect.stringMatching(/expected a map/)]);
  });

  it("refuses YAML that grows without end", () => {
    const nine = (word: string) => `[${Array(9).fill(word).join(", ")}]`;
    const bomb = `x-a: &a ${nine("x")}\nx-b: &b ${nine("*a")}\nx-c: &c ${nine("*b")}\nx-d: ${nine("*c")}\nservices: {}`;
    expect(problemsOf(bomb)).toEqual([expect.stringMatching(/alias/i)]);
  });

  it("keeps the labels that SELinux needs", () => {
    expect(parseComposeSpec(ofDefault({ volumes: ["/a:/b:ro,z"] })).services["default"]?.volumes).toEqual([
      { type: "bind", source: "/a", target: "/b", read_only: true, bind: { selinux: "z" } },
    ]);
  });
});

describe("mergeCompose", () => {
  const base = parseComposeSpec(INSPECT_MLE_BENCH);

  it("merges maps, replaces lists and removes with null", () => {
    const merged = mergeCompose(base, {
      services: {
        default: { environment: { EXTRA: 1 }, volumes: ["/other:/home/data"], platform: null, "x-mine": [1] },
      },
    });
    const service = merged.services["default"]!;
    expect(service.environment).toEqual({ COMPETITION_ID: "spaceship-titanic", EXTRA: "1" });
    expect(service.volumes).toHaveLength(1);
    expect(service.platform).toBeUndefined();
    expect(service["x-mine"]).toEqual([1]);
    expect(base.services["default"]?.platform).toBe("linux/amd64");
  });

  it("puts a limit in the place of the same limit in its other spelling", () => {
    const nested = (memory: string) => ({ deploy: { resources: { limits: { memory, cpus: 2 } } } });
    const over = (service: ServiceInput, override: ServiceInput) => {
      const spec = { services: { default: { image: "a", ...service } } };
      return mergeCompose(spec, { services: { default: override } }).services["default"];
    };
    expect(over(nested("1g"), { mem_limit: "2g" })).toEqual({
      ...{ image: "a", mem_limit: "2g", deploy: { resources: { limits: { cpus: 2 } } } },
    });
    expect(over({ mem_limit: "1g", cpus: 1 }, nested("2g"))).toEqual({ image: "a", ...nested("2g") });
  });

  it("checks the result", () => {
    expect(() => mergeCompose(base, { services: { default: { shmsize: "1g" } } })).toThrow(/shmsize: unsupported key/);
  });
});

describe("writeComposeFile", () => {
  it("gives equal specs one file whatever the order of their keys, and other specs another", async () => {
    const directory = await mkdtemp(join(tmpdir(), "compose-"));
    try {
      const one = parseComposeSpec({ services: { default: { image: "a", user: "b" } } });
      const same = parseComposeSpec({ services: { default: { user: "b", image: "a" } } });
      const other = parseComposeSpec({ services: { default: { image: "c" } } });
      const path = await writeComposeFile(directory, "spaceship-titanic", one);
      expect(path).toMatch(/spaceship-titanic-[0-9a-f]{8}\.yaml$/);
      expect(await writeComposeFile(directory, "spaceship-titanic", same)).toBe(path);
      expect(composeHash(other)).not.toBe(composeHash(one));
      expect(parseComposeSpec(await readFile(path, "utf8"))).toEqual(one);
    } finally {
      await rm(directory, { recursive: true });
    }
  });

  it("quotes what other versions of YAML would not read as text", () => {
    const environment = { WORD: "no", TIME: "12:30", OCTAL: "0o17", EXPONENT: "1e3" };
    const yaml = composeToYaml(parseComposeSpec({ services: { default: { image: "a", restart: "no", environment } } }));
    for (const value of Object.values(environment)) expect(yaml).toContain(`"${value}"`);
    expect(yaml).toContain('restart: "no"');
  });

  it("keeps dollars through a round trip", () => {
    fc.assert(
      fc.property(fc.string(), (value) => {
        const spec = parseComposeSpec({ services: { default: { image: "a", environment: { VALUE: value } } } });
        expect(parseComposeSpec(composeToYaml(spec))).toEqual(spec);
      }),
    );
  });
});

describe("the pieces", () => {
  it("reads sizes and durations as Compose does", () => {
    expect([parseBytes("64m"), parseBytes("1.5gb"), parseBytes(7), parseBytes("2KiB"), parseBytes("x")]).toEqual([
      67108864,
      1610612736,
      7,
      2048,
      undefined,
    ]);
    expect([parseSeconds("1m30s"), parseSeconds("250ms"), parseSeconds("5")]).toEqual([90, 0.25, undefined]);
  });

  it("splits words as a shell does", () => {
    expect(shellWords(`sh -c 'echo "a b"' x\\ y "q\\"r" ''`)).toEqual(["sh", "-c", 'echo "a b"', "x y", 'q"r', ""]);
    expect(() => shellWords("sh -c 'x")).toThrow(/unfinished/);
  });

  it("finds the main service", () => {
    const spec = parseComposeSpec({ services: { a: { image: "a" }, b: { image: "b", "x-default": true } } });
    expect(mainService(spec)).toBe("b");
    expect(mainService(spec, "a")).toBe("a");
    expect(() => mainService(spec, "c")).toThrow(/only a, b/);
  });
});
