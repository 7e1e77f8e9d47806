import { CodedError } from "@mlebench/base";

/** Base of every error of this package: compare `code`, show `message` and `hint`. */
export class SandboxError extends CodedError {
  static override readonly packageName: string = "@mlebench/sandbox-compose";
}

/** A compose spec that is wrong or asks for what is not supported; every problem is listed with its place. */
export class ComposeSpecError extends SandboxError {
  constructor(
    /** One line per problem: `services.default.memlimit: unsupported key`. */
    readonly problems: readonly string[],
    options: { source?: string; cause?: unknown } = {},
  ) {
    const where = options.source === undefined ? "The compose spec" : `The compose spec ${options.source}`;
    super({
      code: "COMPOSE_SPEC_INVALID",
      kind: "usage",
      message: `${where} cannot be used:\n${problems.map((problem) => `  - ${problem}`).join("\n")}`,
      hint: "Correct the places named. Keys that begin with x- are always allowed; supported keys are listed in the README.",
      cause: options.cause,
    });
  }
}

/** Options of a provider that it does not have, or whose values it cannot use. */
export class ProviderOptionsError extends SandboxError {
  constructor(provider: string, problems: readonly string[], known: readonly string[]) {
    super({
      code: "SANDBOX_OPTIONS_INVALID",
      kind: "usage",
      message: `The options of the sandbox provider ${provider} cannot be used: ${problems.join("; ")}`,
      hint: `It has these: ${[...known].sort().join(", ")}.`,
    });
  }
}

/** No Docker engine answers, or one that is too old. */
export class DockerUnavailableError extends SandboxError {
  constructor(message: string, options: { hint?: string; cause?: unknown } = {}) {
    super({
      code: "DOCKER_UNAVAILABLE",
      message,
      hint:
        options.hint ??
        "Start Docker (Linux: `sudo systemctl start docker`; macOS and Windows: open Docker Desktop), and check that `docker version` shows a server. DOCKER_HOST is respected. Without Docker, use the local provider.",
      cause: options.cause,
    });
  }
}

/** The image is not there and may not, or could not, be pulled. */
export class ImageMissingError extends SandboxError {
  constructor(
    readonly image: string,
    reason: string,
    options: { hint?: string; cause?: unknown } = {},
  ) {
    super({
      code: "IMAGE_MISSING",
      message: `The image ${image} is not available: ${reason}`,
      hint: options.hint ?? `Build it or pull it (\`docker pull ${image}\`), or give the service a \`build\` section.`,
      cause: options.cause,
    });
  }
}

/** `docker build` failed; the message ends with the last lines of its output. */
export class ImageBuildError extends SandboxError {
  constructor(
    readonly image: string,
    reason: string,
    outputTail: string,
    options: { cause?: unknown } = {},
  ) {
    super({
      code: "IMAGE_BUILD_FAILED",
      message: `Building ${image} failed: ${reason}${outputTail === "" ? "" : `\n${outputTail}`}`,
      hint: "Read the last lines of the build's output above. The classic builder is used: BuildKit-only instructions (RUN --mount, heredocs) need an image that you build yourself.",
      cause: options.cause,
    });
  }
}

/** A GPU was asked for and the engine cannot give one. */
export class GpuUnavailableError extends SandboxError {
  constructor(reason: string, options: { hint?: string; cause?: unknown } = {}) {
    super({
      code: "GPU_UNAVAILABLE",
      message: `The engine cannot provide the GPU that the spec reserves: ${reason}`,
      hint:
        options.hint ??
        "Install the NVIDIA Container Toolkit and restart Docker (`docker info` must list the runtime), or remove deploy.resources.reservations.devices.",
      cause: options.cause,
    });
  }
}

/** The sandbox did not come up: a container that exits at once, a failing healthcheck, a refused option. */
export class SandboxStartError extends SandboxError {
  constructor(message: string, options: { hint?: string; cause?: unknown } = {}) {
    super({
      code: "SANDBOX_START_FAILED",
      message,
      hint:
        options.hint ?? "Read the container's log lines in the message; try the same spec with `docker compose up`.",
      cause: options.cause,
    });
  }
}

/** Why a sandbox that was up can no longer be used. */
export type UnavailableReason =
  | "stopped"
  | "out-of-memory"
  | "disk"
  | "removed"
  | "daemon"
  | "disposed"
  | "unresponsive";

/** The sandbox is gone; the command may or may not have run. It is never run again by itself. */
export class SandboxUnavailableError extends SandboxError {
  constructor(
    readonly sandboxId: string,
    readonly reason: UnavailableReason,
    facts: string,
    options: { hint?: string; cause?: unknown } = {},
  ) {
    super({
      code: "SANDBOX_UNAVAILABLE",
      message: `The sandbox ${sandboxId} is no longer available (${reason}): ${facts}`,
      hint: options.hint ?? HINTS[reason],
      cause: options.cause,
    });
  }
}

const HINTS: Record<UnavailableReason, string> = {
  stopped: "The container's main process ended; the sample has to start again in a fresh sandbox.",
  "out-of-memory": "Give the service more memory (mem_limit), or the main process less work.",
  disk: "Write less, or raise storage_opt.size of the service (0 is no limit).",
  removed: "Somebody removed the container while it was in use (docker rm, docker system prune).",
  daemon: "The Docker daemon went away or was restarted; check its log, then start the sample again.",
  disposed: "The sandbox was used after it had been disposed of: a mistake in the calling program.",
  unresponsive: "Its processes could not be ended, so the sandbox was killed; start the sample again in a fresh one.",
};

/** More output or bytes than the stated limit. */
export class OutputLimitError extends SandboxError {
  constructor(
    what: string,
    readonly maxBytes: number,
    options: { hint?: string; unit?: string } = {},
  ) {
    super({
      code: "OUTPUT_LIMIT_EXCEEDED",
      message: `${what} exceeds the limit of ${maxBytes} ${options.unit ?? "bytes"}.`,
      hint: options.hint ?? "Raise maxBytes, or take a smaller part.",
    });
  }
}

/** The provider cannot run a command as that user. */
export class UnsupportedUserError extends SandboxError {
  constructor(user: string, provider: string, reason: string) {
    super({
      code: "USER_UNSUPPORTED",
      message: `The ${provider} sandbox cannot run commands as ${user}: ${reason}`,
      hint: "Leave `user` out (see sandbox.capabilities.users), or use a provider that isolates users, such as docker.",
    });
  }
}

/** What is wrong with a path in the sandbox. */
export type FileProblem = "not-found" | "directory" | "not-a-file" | "link" | "permission" | "no-space" | "failed";

/** A file of the sandbox cannot be read, written or copied. */
export class SandboxFileError extends SandboxError {
  constructor(
    readonly path: string,
    readonly problem: FileProblem,
    facts: string,
    options: { cause?: unknown } = {},
  ) {
    super({
      code: `SANDBOX_FILE_${problem.toUpperCase().replaceAll("-", "_")}`,
      message: `${path}: ${facts}`,
      hint: FILE_HINTS[problem],
      cause: options.cause,
    });
  }
}

const FILE_HINTS: Record<FileProblem, string> = {
  "not-found": "Check the path as the sandbox sees it.",
  directory: "Name a file, or use copyOut for a folder.",
  "not-a-file": "Only regular files are read; devices, sockets and pipes are refused.",
  link: "Links are never followed out of a sandbox; name the real path.",
  permission: "Choose a user who may, or another path.",
  "no-space": "The sandbox's disk (or its size-limited mount) is full.",
  failed: "See the message of the tool inside the sandbox.",
};

/** `sandbox_type` names neither a registered provider nor a module that exports one. */
export class UnknownProviderError extends SandboxError {
  constructor(name: string, known: readonly string[], options: { reason?: string; cause?: unknown } = {}) {
    super({
      code: "SANDBOX_PROVIDER_UNKNOWN",
      kind: "usage",
      message: `There is no sandbox provider ${JSON.stringify(name)}${options.reason === undefined ? "" : `: ${options.reason}`}.`,
      hint: `Registered: ${known.join(", ")}. A path or package name (./my-provider.js) is imported; it must export createProvider(options) or default the same.`,
      cause: options.cause,
    });
  }
}
