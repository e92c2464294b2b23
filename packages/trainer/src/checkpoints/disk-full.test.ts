import { spawnSync } from "node:child_process";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { expect, it } from "@jest/globals";
import { attempt, fingerprint } from "../testing/kill-and-resume.js";

const CHILD = fileURLToPath(new URL("../testing/interruptible-child.js", import.meta.url));
const namespace = ["--user", "--map-root-user", "--mount"];
const probe = spawnSync("unshare", [...namespace, "sh", "-c", "mount -t tmpfs none /mnt"]);
const mayMount = probe.status === 0;

/**
 * A disk of its own, in memory, in a mount namespace: too small at first, made larger for the second training.
 * $1 is the folder, $2 the program, $3 where the finished run is copied to.
 */
const SCRIPT = `
set -u
mount -t tmpfs -o size=72k none "$1" || exit 9
node "$2" "$1/run"; echo "first $?"
ls "$1/run/checkpoints"
mount -o remount,size=64m "$1" || exit 9
node "$2" "$1/run" resume; echo "second $?"
cp -r "$1/run" "$3"
`;

// Where namespaces are forbidden (some containers) a small disk cannot be made without being root outside.
(mayMount ? it : it.skip)(
  "a disk that is full ends the training; with more room it continues to the same weights",
  async () => {
    const folder = await mkdtemp(join(tmpdir(), "congruent-full-"));
    const disk = await mkdtemp(join(folder, "disk-"));
    const copy = join(folder, "copy");
    const ran = spawnSync("unshare", [...namespace, "sh", "-c", SCRIPT, "sh", disk, CHILD, copy], {
      encoding: "utf8",
    });
    expect(ran.stderr).toContain("E_DISK_FULL");
    expect(ran.stdout).toMatch(/^first 2\nstep-\d+\.safetensors\n(step-\d+\.safetensors\n)?second 0\n$/);
    const whole = join(folder, "whole");
    await attempt(whole, { resume: false });
    expect(await fingerprint(copy)).toEqual(await fingerprint(whole));
    await rm(folder, { recursive: true });
  },
  120_000,
);
