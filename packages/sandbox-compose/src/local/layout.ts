import { mkdir, symlink } from "node:fs/promises";
import { dirname, posix } from "node:path";
import type { Mount, ServiceSpec } from "../compose/spec.js";
import type { SandboxPaths } from "../provider.js";

/** One host path that the sandbox has at a path of its own. */
export interface LocalMount {
  readonly target: string;
  /** Where it really is on the host. */
  readonly source: string;
  readonly readOnly: boolean;
  readonly kind: "bind" | "folder" | "tmpfs";
}

/**
 * What a container would have at its paths, below a folder of the sandbox's own: `/home/code` is `<root>/home/code`.
 */
export interface Layout {
  readonly root: string;
  readonly mounts: readonly LocalMount[];
  readonly paths: SandboxPaths;
  readonly workingDirectory: string;
}

/** Host path of a path in the sandbox's own tree. */
export function below(root: string, path: string): string {
  return `${root}${posix.resolve("/", path)}`;
}

/** Plans mounts and paths; nothing is touched yet. */
export function planLayout(root: string, service: ServiceSpec, paths: SandboxPaths): Layout {
  const tmpfs = (service.tmpfs ?? []).map((line) => line.split(":")[0] ?? line);
  const mounts = [
    ...(service.volumes ?? []).map((mount) => planMount(root, mount)),
    ...tmpfs.map((target): LocalMount => ({ target, source: below(root, target), readOnly: false, kind: "tmpfs" })),
  ];
  return { root, mounts, paths, workingDirectory: service.working_dir ?? paths.home };
}

function planMount(root: string, mount: Mount): LocalMount {
  const { target } = mount;
  if (mount.type === "bind")
    return { target, source: mount.source ?? "", readOnly: mount.read_only ?? false, kind: "bind" };
  if (mount.type === "tmpfs") return { target, source: below(root, target), readOnly: false, kind: "tmpfs" };
  const source = mount.source === undefined ? below(root, target) : below(root, `/.volumes/${mount.source}`);
  return { target, source, readOnly: mount.read_only ?? false, kind: "folder" };
}

/**
 * Makes the folders, and with `links` a link from each mount's place to where it really is.
 */
export async function makeLayout(layout: Layout, links: boolean): Promise<void> {
  const { root, mounts, paths } = layout;
  const mounted = (path: string) => mounts.some(({ target }) => path === target || path.startsWith(`${target}/`));
  const wanted = ["/tmp", ...Object.values(paths), layout.workingDirectory].filter((path) => !mounted(path));
  for (const path of wanted) await mkdir(below(root, path), { recursive: true });
  for (const { target, source, kind } of mounts) {
    if (kind !== "bind") await mkdir(source, { recursive: true });
    const place = below(root, target);
    await mkdir(dirname(place), { recursive: true });
    if (links && place !== source) await symlink(source, place);
  }
}

/** A trusted folder and the untrusted way below it. */
export interface Location {
  readonly base: string;
  readonly parts: readonly string[];
}

/** Where a path that commands see as in a container really is, by the mount that it lies in. */
export function locateMounted(layout: Layout, path: string): Location {
  const absolute = posix.resolve(layout.workingDirectory, path);
  const mount = layout.mounts
    .filter(({ target }) => absolute === target || absolute.startsWith(`${target}/`))
    .sort((a, b) => b.target.length - a.target.length)[0];
  const rest = mount === undefined ? absolute : absolute.slice(mount.target.length);
  return { base: mount?.source ?? layout.root, parts: partsOf(rest) };
}

/** The same for commands that see the host's paths; undefined outside the sandbox's own folder. */
export function locateReal(layout: Layout, path: string): Location | undefined {
  const absolute = posix.resolve(below(layout.root, layout.workingDirectory), path);
  if (absolute !== layout.root && !absolute.startsWith(`${layout.root}/`)) return undefined;
  return { base: layout.root, parts: partsOf(absolute.slice(layout.root.length)) };
}

/** The names of which a path is made. */
export function partsOf(path: string): string[] {
  return path.split("/").filter((part) => part !== "");
}
