/** @needs tensorflow */
import { spawnSync } from "node:child_process";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { ownScript } from "@congruent/core/process";
import { itIf, timeLimits } from "@congruent/core/testing";
import { expect, jest } from "@jest/globals";
import { attempt, fingerprint } from "../testing/kill-and-resume.js";

jest.setTimeout(timeLimits.training);

const CHILD = ownScript(new URL("../testing/interruptible-child.js", import.meta.url));
const namespace = ["--user", "--map-root-user", "--mount"];
const probe = spawnSync("unshare", [...namespace, "sh", "-c", "mount -t tmpfs none /mnt"]);
const mayMount = probe.status === 0;

/**
 * A disk of its own, in memory, in a mount namespace: too small at first, made larger for the second training.
 * $1 is the folder, $2 where the finished run is copied to; the rest is the program, with its options.
 */
const SCRIPT = `
set -u
folder=$1 copy=$2
shift 2
mount -t tmpfs -o size=72k none "$folder" || exit 9
node "$@" "$folder/run"; echo "first $?"
ls "$folder/run/checkpoints"
mount -o remount,size=64m "$folder" || exit 9
node "$@" "$folder/run" resume; echo "second $?"
cp -r "$folder/run" "$copy"
`;

itIf(mayMount, "no mount namespace may be made here, and so no small disk")(
  "a disk that is full ends the training; with more room it continues to the same weights",
  async () => {
    const folder = await mkdtemp(join(tmpdir(), "congruent-full-"));
    const disk = await mkdtemp(join(folder, "disk-"));
    const copy = join(folder, "copy");
    const program = [...CHILD.execArgv, CHILD.path];
    const args = [...namespace, "sh", "-c", SCRIPT, "sh", disk, copy, ...program];
    const ran = spawnSync("unshare", args, { encoding: "utf8" });
    expect(ran.stderr).toContain("E_DISK_FULL");
    expect(ran.stdout).toMatch(/^first 2\nstep-\d+\.safetensors\n(step-\d+\.safetensors\n)?second 0\n$/);
    const whole = join(folder, "whole");
    await attempt(whole, { resume: false });
    expect(await fingerprint(copy)).toEqual(await fingerprint(whole));
    await rm(folder, { recursive: true });
  },
  120_000,
);
