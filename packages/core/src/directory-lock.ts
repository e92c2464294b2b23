import { randomBytes } from "node:crypto";
import { constants } from "node:fs";
import { copyFile, link, readFile, rename, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout } from "node:timers/promises";
import { CongruentError } from "./errors.js";
import { type Holder, isAtWork, isElsewhere, myself, parsed, written } from "./holder.js";
import { isMarkDead, type LivingMark, markLiving, removeOtherMarks } from "./living-mark.js";
import { makeDirectory } from "./make-directory.js";
import { writeError } from "./write-error.js";

/** How a lock is named, and what is said to the second who comes. */
export interface DirectoryLock {
  /** The lock file's name. */
  file: string;
  code: string;
  /** Who writes into the directory: `another training`. */
  holder: string;
}

/**
 * Keeps other processes out of a directory until the returned function is called. A lock whose process has died
 * is taken over, by one process however many come at once; also where another process has its number now, or the machine was started
 * again. A container that was started again takes over its own: the holder's mark (`markLiving`) tells that it is dead. A lock of
 * another machine, or of a container without a mark, on the same volume is never taken over: whether its process lives cannot be seen from
 * here.
 *
 * @throws CongruentError with the lock's code, naming the process that holds it.
 */
export async function lockDirectory(directory: string, lock: DirectoryLock): Promise<() => Promise<void>> {
  const path = join(directory, lock.file);
  let mark: LivingMark | null = null;
  try {
    await makeDirectory(directory);
    mark = await markLiving(path);
    const holder = await acquire(path, { ...myself(), mark: mark?.name });
    if (holder !== null) throw locked(path, directory, lock, holder);
    await removeOtherMarks(path, mark?.name);
    return async () => {
      await rm(path, { force: true });
      await mark?.remove();
    };
  } catch (error) {
    await mark?.remove();
    throw writeError(path, error);
  }
}

/** Of a lock file's fields those that name its process: all of them would make too long a file name. */
const FIELDS_OF_NAME = 4;

/** How often it is looked again whether a process in the middle of a takeover is done, and how long between. */
const LOOKS = 100;
const PAUSE_MS = 20;

/**
 * Takes a lock file. Null where it did; else the process that has it.
 *
 * The file of a process that has ended is replaced only by the process that holds a second lock, which is named after the ended
 * one and taken in the same way. Its holder reads the file once more: while it is still that of the ended process, no other process
 * may touch it.
 */
async function acquire(path: string, me: Holder): Promise<Holder | null> {
  const mine = written(me);
  let heir: Holder = { pid: 0 };
  for (let look = 0; look < LOOKS; look++) {
    if (await place(path, mine)) return null;
    const found = await contentOf(path);
    // It was given back at this very moment.
    if (found === null) continue;
    const holder = parsed(found);
    if (!(await isKnownDead(path, holder, me)) && (isElsewhere(holder, me) || isAtWork(holder)))
      return holder;
    // Where a file cannot appear with its content, it is empty for a moment.
    if (found === "" && look < 5) {
      await setTimeout(PAUSE_MS);
      continue;
    }
    const inheritance = `${path}.${found.split(" ").slice(0, FIELDS_OF_NAME).join("-").replace(/\W/g, "-")}`;
    const other = await acquire(inheritance, me);
    if (other !== null) {
      heir = other;
      await setTimeout(PAUSE_MS);
      continue;
    }
    try {
      if ((await contentOf(path)) !== found) continue;
      await rename(await drafted(path, mine), path);
      return null;
    } finally {
      await rm(inheritance, { force: true });
    }
  }
  return heir;
}

/** Makes the file appear with its content unless there is one. */
async function place(path: string, content: string): Promise<boolean> {
  const draft = await drafted(path, content);
  try {
    await link(draft, path).catch((error: NodeJS.ErrnoException) => {
      // Some file systems have no hard links. Then the file appears first and its content after it.
      if (!["EPERM", "ENOTSUP", "EOPNOTSUPP", "ENOSYS"].includes(error.code ?? "")) throw error;
      return copyFile(draft, path, constants.COPYFILE_EXCL);
    });
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "EEXIST") return false;
    throw error;
  } finally {
    await rm(draft, { force: true });
  }
}

async function drafted(path: string, content: string): Promise<string> {
  const draft = `${path}.${randomBytes(6).toString("hex")}.tmp`;
  await writeFile(draft, content, { flag: "wx" });
  return draft;
}

async function contentOf(path: string): Promise<string | null> {
  try {
    return await readFile(path, "utf8");
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return null;
    throw error;
  }
}

/**
 * Whether a holder's death is certain, though its number may mean nothing here: no process listens at its mark on this very system, or its
 * machine, which is this one, was started again since.
 */
async function isKnownDead(path: string, holder: Holder, me: Holder): Promise<boolean> {
  if (holder.boot === undefined || me.boot === undefined) return false;
  if (holder.boot !== me.boot) return !isElsewhere(holder, me);
  return holder.mark !== undefined && isMarkDead(path, holder.mark);
}

function locked(path: string, directory: string, lock: DirectoryLock, holder: Holder): CongruentError {
  const elsewhere = isElsewhere(holder, myself());
  const where = elsewhere ? ` of ${holder.host ?? "another container"}, which cannot be seen from here` : "";
  return new CongruentError({
    code: lock.code,
    what: `${lock.holder} writes into ${directory}${holder.pid > 0 ? ` (process ${holder.pid}${where})` : ""}`,
    fix: `wait for it, end it, or choose another --out${elsewhere ? `; where it is known to be dead, remove ${path}` : ""}`,
  });
}
