import { text } from "node:stream/consumers";
import { CommandMarks, type OnOutput, runCommand, streamCommand } from "@mlebench/sandbox-compose/provider-kit";
import { describe, expect, it, vi } from "vitest";
import type { ExecConnection, ExecStatus } from "./connection.js";
import { type ExecContext, execDriver, streamDriver } from "./driver.js";
import { openStarted } from "./open.js";
import { PodReaper } from "./reaper.js";

const STARTED = Buffer.from([6]);

/** A connection whose other end the test is. */
function fakeConnection() {
  let onOutput: OnOutput = () => undefined;
  let end: (status: ExecStatus | undefined) => void = () => undefined;
  let isOver = false;
  const closed = new Promise<ExecStatus | undefined>((resolve) => {
    end = (status) => {
      isOver = true;
      resolve(status);
    };
  });
  const connection: ExecConnection = {
    closed,
    ended: () => isOver,
    write: (_data, callback) => callback(),
    endInput: () => undefined,
    pause: () => undefined,
    resume: () => undefined,
    terminate: () => end(undefined),
  };
  return {
    open: async (take: OnOutput) => {
      onOutput = take;
      return connection;
    },
    connection,
    say: (bytes: Buffer, stream: "stdout" | "stderr" = "stdout") => onOutput(stream, bytes),
    end,
  };
}

describe("an exec that is opened", () => {
  it("has started with its first byte, which is none of the output", async () => {
    const { open, connection, say } = fakeConnection();
    const onOutput = vi.fn();
    const opening = openStarted(open, onOutput);
    say(Buffer.concat([STARTED, Buffer.from("out")]));
    expect(await opening).toBe(connection);
    say(Buffer.from("put"));
    expect(onOutput.mock.calls.map(([stream, chunk]) => `${stream} ${chunk}`)).toEqual(["stdout out", "stdout put"]);
  });

  it.each<[string, ExecStatus | undefined]>([
    ["a connection that is lost", undefined],
    ["the success that the API server makes of that", { exitCode: 0, message: "" }],
    [
      "a kubelet that is away",
      { exitCode: undefined, message: "error dialing backend: dial tcp 10.0.0.1:10250: connect: connection refused" },
    ],
    ["a runtime that is away", { exitCode: undefined, message: "rpc error: code = Unavailable desc = no such socket" }],
  ])("has run nothing by %s, and is opened again", async (_, status) => {
    const { open, end } = fakeConnection();
    const opening = openStarted(open, () => undefined);
    end(status);
    await expect(opening).rejects.toThrow();
  });

  it("is told about when it never will start", async () => {
    const { open, connection, end } = fakeConnection();
    const opening = openStarted(open, () => undefined);
    end({ exitCode: undefined, message: 'OCI runtime exec failed: exec: "/bin/sh": no such file or directory' });
    expect(await opening).toBe(connection);
  });

  it("is given up with its caller", async () => {
    const controller = new AbortController();
    const { open, connection } = fakeConnection();
    const opening = openStarted(open, () => undefined, controller.signal);
    controller.abort(new Error("enough"));
    await expect(opening).rejects.toThrow("enough");
    expect(connection.ended()).toBe(true);
  });
});

describe("a success that no command wrote", () => {
  const contextOf = ({ open }: ReturnType<typeof fakeConnection>): ExecContext => {
    const reaper = new PodReaper({ open: () => Promise.reject(new Error("not here")), orphanSeconds: undefined });
    vi.spyOn(reaper, "ask").mockResolvedValue({ count: 0, others: [] });
    return {
      sandboxId: "mle-a",
      defaultUser: undefined,
      reaper,
      marks: new CommandMarks(),
      setsGroups: false,
      open: (_command, onOutput) => open(onOutput),
      whyUnavailable: async () => undefined,
      abandon: async () => expect.unreachable(),
    };
  };

  it("is a command whose node was lost", async () => {
    const fake = fakeConnection();
    const running = runCommand(execDriver(contextOf(fake)), ["make", "all"], {});
    await vi.waitFor(() => fake.say(Buffer.from("half of the out")));
    fake.end({ exitCode: 0, message: "" });
    await expect(running).rejects.toMatchObject({ reason: "daemon" });
  });

  it("is a stream that is not whole", async () => {
    const fake = fakeConnection();
    const stream = await streamCommand(streamDriver(contextOf(fake)), ["cat", "file"], {});
    fake.say(Buffer.from("half"));
    fake.end({ exitCode: 0, message: "" });
    expect(await text(stream.stdout)).toBe("half");
    await expect(stream.exit).rejects.toMatchObject({ reason: "daemon" });
  });

  it("is no matter where the command says how it failed to begin", async () => {
    const fake = fakeConnection();
    const running = runCommand(execDriver(contextOf(fake)), ["true"], { user: "nobody-here" });
    await vi.waitFor(() => fake.say(Buffer.from("\x15no such user nobody-here")));
    fake.end({ exitCode: 125, message: "" });
    await expect(running).rejects.toMatchObject({ code: "USER_UNSUPPORTED" });
  });
});
