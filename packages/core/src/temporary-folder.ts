import { createHash } from "node:crypto";
import { rmSync } from "node:fs";
import { lstat, mkdtemp, readdir, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { CongruentError } from "./errors.js";
import { whyOfFile } from "./file-error.js";
import { type Holder, isAtWork, myself } from "./holder.js";

/** `congruent-PURPOSE-PID.START.MACHINE-XXXXXX`: the process that made it, when that was started, and where. */
const NAME = /^congruent-.+-(\d+)\.(\d*)\.([0-9a-f]{8})-\w{6}$/;

const MADE = Symbol.for("congruent.temporary-folders");

/** Those of this process, to be removed when it exits before it did so itself; one list however often this module is loaded. */
function made(): Set<string> {
  const shared = globalThis as { [MADE]?: Set<string> };
  if (!shared[MADE]) process.once("exit", removeMade);
  shared[MADE] ??= new Set();
  return shared[MADE];
}

let swept: Promise<void> | null = null;

/**
 * Makes a folder for what is needed for a moment; whoever asked for it removes it. When this process exits first, it is removed then; when
 * it is killed, by the first of our processes that makes such a folder later.
 *
 * @param purpose a word of the folder's name
 * @param parent Default: the system's folder for temporary files, which TMPDIR names.
 * @throws CongruentError `E_WRITE` or `E_DISK_FULL`
 */
export async function temporaryFolder(purpose: string, parent = tmpdir()): Promise<string> {
  swept ??= removeOfDead(parent);
  await swept;
  const me = myself();
  const { pid, start = "" } = me;
  try {
    const folder = await mkdtemp(join(parent, `congruent-${purpose}-${pid}.${start}.${machineOf(me)}-`));
    made().add(folder);
    return folder;
  } catch (error) {
    const full = ["ENOSPC", "EDQUOT"].includes((error as NodeJS.ErrnoException).code ?? "");
    throw new CongruentError({
      code: full ? "E_DISK_FULL" : "E_WRITE",
      what: `could not make a temporary folder in ${parent}: ${whyOfFile(error)}`,
      fix: "free disk space, or name another folder for temporary files in the variable TMPDIR",
      cause: error,
    });
  }
}

/**
 * Removes the temporary folders of processes that have ended: only this user's, and only of this machine and container, because
 * whether another one's process is at work cannot be seen from here.
 */
export async function removeOfDead(parent: string): Promise<void> {
  const entries = await readdir(parent).catch(() => [] as string[]);
  const here = machineOf(myself());
  for (const entry of entries) {
    const [, pid, start, where] = NAME.exec(entry) ?? [];
    if (where !== here || isAtWork({ pid: Number(pid), start: start || undefined })) continue;
    await removeOwn(join(parent, entry));
  }
}

async function removeOwn(folder: string): Promise<void> {
  try {
    const found = await lstat(folder);
    if (found.isDirectory() && found.uid === (process.getuid?.() ?? found.uid)) {
      await rm(folder, { recursive: true, force: true });
    }
  } catch {
    // Another process removes it at this moment, or the system does not let us: what is wanted here does not depend on it.
  }
}

function removeMade(): void {
  for (const folder of made()) {
    try {
      rmSync(folder, { recursive: true, force: true });
    } catch {
      // The next process does so.
    }
  }
}

/** Machine and container, in a few characters. */
function machineOf({ host = "", namespace = "" }: Holder): string {
  return createHash("sha256").update(`${host} ${namespace}`).digest("hex").slice(0, 8);
}
