import { realpathSync, statSync } from "node:fs";
import { homedir } from "node:os";
import { basename, dirname, join, resolve, sep } from "node:path";

/** What the check of a path asks of the host; tests give another one. */
export interface HostFiles {
  /** Homes of users whose dot folders hold keys, besides `/root` and those below `/home` and `/Users`. */
  readonly homes: readonly string[];
  /** Sockets of engines that stand where nobody looks for them. */
  readonly sockets: readonly string[];
  /** The path without links; the nearest existing folder decides where the rest of it would be. */
  realPath(path: string): string;
  /** What is there that no sandbox should have; undefined for a file, a folder, or nothing. */
  strangeness(path: string): string | undefined;
}

/** This host's files, with the engine that DOCKER_HOST names. */
export function thisHost(env: Readonly<Record<string, string | undefined>> = process.env): HostFiles {
  const socket = /^unix:\/\/(\/.+)$/.exec(env["DOCKER_HOST"] ?? "")?.[1];
  const home = homedir();
  // Some containers say that their home is the root.
  return { homes: home === "/" ? [] : [home], sockets: socket === undefined ? [] : [socket], realPath, strangeness };
}

/** Nothing in these, and nothing that holds them, is a sandbox's business. */
const CLOSED: Readonly<Record<string, string>> = {
  "/etc": "the host's configuration and password hashes",
  "/boot": "the host's kernel and boot loader",
  "/efi": "the host's boot loader",
  "/dev": "the host's devices",
  "/proc": "the host's processes",
  "/sys": "the host's kernel settings",
  "/run": "sockets of the host's services, Docker's among them",
  "/lib/modules": "the host's kernel modules",
  "/usr/lib/modules": "the host's kernel modules",
  "/var/run": "sockets of the host's services, Docker's among them",
  "/var/lib/docker": "Docker's own files: all images and volumes",
  "/var/lib/containerd": "containerd's own files: all images",
  "/var/lib/containers": "Podman's own files: all images and volumes",
  "/var/lib/kubelet": "the kubelet's own files, keys of pods among them",
  "/var/lib/rancher": "the cluster's own files",
  "/var/lib/etcd": "the cluster's own files",
  "/var/lib/lxd": "LXD's own files",
  "/var/lib/incus": "Incus's own files",
  "/var/lib/cloud": "what the cloud gave this host when it was set up",
  "/var/snap": "files of the host's services",
  "/var/spool/cron": "commands that the host runs at fixed times",
  "/var/log": "the host's logs",
  "/var/backups": "copies of the host's password hashes",
};

/** Parts of the above that hold data of users. */
const OPEN = ["/dev/shm", "/run/media"];

/** Fine to read, but a host whose programs an agent may write is the agent's. */
const PROGRAMS = [
  "/usr",
  "/bin",
  "/sbin",
  "/lib",
  "/lib32",
  "/lib64",
  "/opt",
  "/snap",
  "/nix",
  "/var/lib",
  "/var/spool",
];
const PROGRAMS_OF_MACOS = ["/System", "/Library", "/Applications"];

/** What people share; what is below may be bound, the whole may not: sockets and folders of others are in there. */
const SHARED = ["/tmp", "/var/tmp", "/private/tmp", "/private/var/tmp"];

/** Folders with a home for each user. */
const HOMES = ["/home", "/Users"];

/** In a home's caches, which may be bound otherwise: the default data directory is there. */
const SECRETS_IN_CACHES = [".cache/huggingface/token", ".cache/huggingface/stored_tokens", ".cache/kaggle"];

/**
 * Why a path of the host must not be seen, or not be written, in a sandbox; undefined when it may. Both the path as it is
 * written and where it leads are looked at.
 */
export function sensitivePath(
  path: string,
  { writable }: { readonly writable: boolean },
  host: HostFiles,
): string | undefined {
  const written = resolve(path);
  const real = host.realPath(written);
  const seen = [...new Set([written, real])];
  const first = (reasonOf: (each: string) => string | undefined): string | undefined =>
    seen.map(reasonOf).find((reason) => reason !== undefined);
  const places = (names: readonly string[]): string[] => [
    ...new Set(names.flatMap((name) => [name, host.realPath(name)])),
  ];
  return first((each) => {
    if (each === "/") return "all files of the host";
    if (isSocketName(each)) return "the socket of an engine";
    for (const socket of places(host.sockets)) if (holds(each, socket)) return "the Docker engine's socket";
    const isOpen = places(OPEN).some((open) => each !== open && holds(open, each));
    for (const [closed, reason] of Object.entries(CLOSED)) {
      if (places([closed]).some((place) => holds(each, place) || (holds(place, each) && !isOpen))) return reason;
    }
    if (places([...SHARED, ...HOMES]).some((shared) => holds(each, shared))) return "folders of all users of the host";
    return (
      homeReason(each, places(["/root", "/var/root", ...host.homes]), places(HOMES)) ??
      programReason(each, writable, places) ??
      host.strangeness(each)
    );
  });
}

function homeReason(path: string, homes: readonly string[], holders: readonly string[]): string | undefined {
  const owners = holders
    .filter((holder) => holds(holder, path) && holder !== path)
    .map((holder) => join(holder, path.slice(holder.length + 1).split(sep)[0]!));
  for (const home of new Set([...homes, ...owners])) {
    if (holds(path, home)) return "a user's home, with keys and settings";
    if (!holds(home, path)) continue;
    const below = path.slice(home.length + 1);
    const [first = "", second] = below.split(sep);
    const isCache = first === ".cache" && second !== undefined;
    const isOwnData = first === ".local" && second === "share" && !/^\.local\/share\/?(?:keyrings.*)?$/.test(below);
    const isSecret = SECRETS_IN_CACHES.some((secret) => holds(below, secret) || holds(secret, below));
    if (isSecret || (first.startsWith(".") && !isCache && !isOwnData)) return "a user's keys and settings";
  }
  return undefined;
}

function programReason(
  path: string,
  writable: boolean,
  places: (names: readonly string[]) => readonly string[],
): string | undefined {
  const names = process.platform === "darwin" ? [...PROGRAMS, ...PROGRAMS_OF_MACOS] : PROGRAMS;
  if (!writable || !places(names).some((place) => holds(place, path) || holds(path, place))) return undefined;
  return "programs of the host, to be written";
}

/** Whether a folder is a path or is above it. */
function holds(folder: string, path: string): boolean {
  return folder === path || path.startsWith(folder.endsWith(sep) ? folder : folder + sep);
}

/** An engine that is not running yet makes its socket where the sandbox waits for it. */
function isSocketName(path: string): boolean {
  return /^(?:docker|containerd|podman|crio|buildkitd|dockershim|cri-dockerd)(?:[.-].*)?\.sock(?:\..*)?$/.test(
    basename(path),
  );
}

function realPath(path: string): string {
  try {
    return realpathSync.native(path);
  } catch {
    const parent = dirname(path);
    return parent === path ? path : join(realPath(parent), basename(path));
  }
}

function strangeness(path: string): string | undefined {
  try {
    // Without bigint, Node's realpathSync takes the next path for a socket too when this one is.
    const found = statSync(path, { throwIfNoEntry: false, bigint: true });
    const isOrdinary = found === undefined || found.isFile() || found.isDirectory();
    return isOrdinary ? undefined : "a socket or device of the host";
  } catch (error) {
    // The engine is root and would follow the links in there.
    const { code } = error as NodeJS.ErrnoException;
    return code === "ENOTDIR" || code === "ENAMETOOLONG" ? undefined : "a place that this user cannot look into";
  }
}
