import { join } from "node:path";
import { createLocalProvider, type ExecResult } from "@mlebench/sandbox-compose";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { READ_MEMORY, READ_PROCESSES, reversed } from "../test-support/attack-scripts.js";
import {
  type Attacked,
  makeAttacked,
  type OpenRun,
  openRun,
  removeAttacked,
  SECRETS,
  textBelow,
} from "../test-support/attacked-run.js";

// Whole file systems are searched; a busy machine takes its time.
vi.setConfig({ testTimeout: 300_000, hookTimeout: 300_000 });

/** As in a container, but for the system's programs, which are this machine's; patterns with their letters reversed. */
const SEARCH_FOLDERS = `for d in /*; do
  case $d in /usr | /proc | /sys | /opt) ;; *) [ -L "$d" ] || folders="$folders $d" ;; esac
done
rev | grep -rlaF -D skip -f - $folders 2>/dev/null; exit 0`;
const SECRET_TEXTS = Object.values(SECRETS);
const SECRET_PATTERN = new RegExp(SECRET_TEXTS.join("|"));

// What a sandbox keeps to itself without bubblewrap is told by its warning: files are not among it.
describe.each(["auto", "never"] as const)(
  "reaching for the answers in a local sandbox (bubblewrap %s)",
  (bubblewrap) => {
    let attacked: Attacked;
    let run: OpenRun;
    beforeAll(async () => {
      attacked = await makeAttacked();
      run = await openRun(attacked, createLocalProvider({ bubblewrap, env: attacked.env }));
    });
    afterAll(async () => {
      await run?.finish();
      await removeAttacked(attacked);
    });

    const exec = (command: string[], input?: string): Promise<ExecResult> =>
      run.context.sandbox.exec(command, { input, timeoutSeconds: 300 });
    const sh = (script: string, input?: string) => exec(["bash", "-c", script], input);
    const isolated = () => run.context.sandbox.capabilities.isolated;

    it("finds no key in its own environment", async () => {
      expect((await sh("env")).stdout).not.toMatch(/API_KEY|KAGGLE|sealed/);
    });

    // Without bubblewrap the machine's files are there to be read, as the warning says.
    const itIfApart = bubblewrap === "never" ? () => undefined : it;

    itIfApart("finds none of the secrets in files", async ({ skip }) => {
      if (!isolated()) skip("bubblewrap cannot be used here");
      const control = await sh(`echo control >/tmp/control; ${SEARCH_FOLDERS}`, reversed(["control"]));
      expect(control.stdout).toContain("/tmp/control");
      expect((await sh(SEARCH_FOLDERS, reversed(SECRET_TEXTS))).stdout).toBe("");
    });

    it("learns nothing from processes and their memory", async ({ skip }) => {
      const own = (await sh("ls -d /proc/[0-9]*")).stdout.trim().split("\n").length;
      if (!isolated() && own > 20) skip("this machine gives no process tree of its own without bubblewrap");
      expect((await sh(READ_PROCESSES)).stdout).not.toMatch(SECRET_PATTERN);
      expect((await exec(["python3", "-c", READ_MEMORY], reversed(SECRET_TEXTS))).stdout).toBe("");
    });

    itIfApart("has no capability, no network and no other mount", async ({ skip }) => {
      if (!isolated()) skip("bubblewrap cannot be used here");
      expect((await sh("grep -E '^CapEff' /proc/self/status")).stdout).toBe("CapEff:\t0000000000000000\n");
      expect((await sh("tail -n +3 /proc/net/dev | tr -d ' ' | cut -d: -f1")).stdout).toBe("lo\n");
      const attempts = [
        "mount -t tmpfs none /mnt",
        "umount /home/data",
        "chroot / true",
        "mknod /tmp/disk b 254 0",
        "su -c true",
      ];
      const script = attempts.map((attempt) => `(${attempt}) </dev/null >/dev/null 2>&1 && echo 'WORKED: ${attempt}'`);
      expect((await sh(`${script.join("\n")}; touch /home/data/x 2>/dev/null && echo WROTE; exit 0`)).stdout).toBe("");
      const { stdout } = await sh(
        "for s in docker.sock containerd/containerd.sock; do ls /run/$s /var/run/$s; done 2>/dev/null; exit 0",
      );
      expect(stdout).toBe("");
    });

    it("takes no link for a submission, and keeps nothing of the secrets", async () => {
      const { paths } = run.context.sandbox;
      await sh(`ln -sf /etc/passwd ${paths.code}/passwd; ln -sf /etc/passwd ${paths.submission}/submission.csv`);
      const result = await run.finish();
      expect(result.samples[0]?.report).toMatchObject({ valid_submission: false, score: null });
      expect(result.samples[0]?.report?.reason).toMatch(/link/);
      const kept = await textBelow(join(attacked.directory, "logs"));
      expect(kept).not.toMatch(new RegExp(`${SECRETS.answers}|${SECRETS.kaggleKey}|${SECRETS.modelKey}|root:x:0`));
    });
  },
);
