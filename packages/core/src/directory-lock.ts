import { randomBytes } from "node:crypto";
import { constants, readFileSync } from "node:fs";
import { copyFile, link, readFile, rename, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout } from "node:timers/promises";
import { CongruentError } from "./errors.js";
import { makeDirectory, writeError } from "./files.js";

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
 * is taken over, by one process however many come at once; also where another process has its number now: in a
 * container that was started again, that is often this very one.
 *
 * @throws CongruentError with the lock's code, naming the process that holds it.
 */
export async function lockDirectory(directory: string, lock: DirectoryLock): Promise<() => Promise<void>> {
  const path = join(directory, lock.file);
  try {
    await makeDirectory(directory);
    const holder = await acquire(path);
    if (holder === null) return () => rm(path, { force: true });
    throw locked(directory, lock, holder);
  } catch (error) {
    throw writeError(path, error);
  }
}

/** How often it is looked again whether a process in the middle of a takeover is done, and how long between. */
const LOOKS = 100;
const PAUSE_MS = 20;

/**
 * Takes a lock file. Null where it did; else the process that has it, 0 where it cannot be told which.
 *
 * A dead process's file is replaced only by who holds the lock on that inheritance, which is named after the dead and
 * taken in the same way. Whoever has it looks once more: as long as the file is still the dead's, nobody else may
 * touch it.
 */
async function acquire(path: string): Promise<number | null> {
  const mine = `${process.pid} ${startOf(process.pid) ?? ""}`.trimEnd();
  let heir = 0;
  for (let look = 0; look < LOOKS; look++) {
    if (await place(path, mine)) return null;
    const found = await contentOf(path);
    // It was given back at this very moment.
    if (found === null) continue;
    const [holder = "", start] = found.split(" ");
    if (Number(holder) > 0 && isHeldBy(Number(holder), start)) return Number(holder);
    // Where a file cannot appear with its content, it is empty for a moment.
    if (found === "" && look < 5) {
      await setTimeout(PAUSE_MS);
      continue;
    }
    const inheritance = `${path}.${found.replace(/\W/g, "-")}`;
    const other = await acquire(inheritance);
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

function isHeldBy(pid: number, start: string | undefined): boolean {
  return isAlive(pid) && (start === undefined || start === startOf(pid));
}

/** When a process was started, in ticks since the machine was; undefined where Linux does not tell. */
function startOf(pid: number): string | undefined {
  try {
    // The name, in brackets, may hold anything; the start is the 22nd field of all, the 20th after it.
    const stat = readFileSync(`/proc/${pid}/stat`, "utf8");
    return stat.slice(stat.lastIndexOf(")") + 2).split(" ")[19];
  } catch (error) {
    if (["ENOENT", "ESRCH", "EACCES"].includes((error as NodeJS.ErrnoException).code ?? "")) return undefined;
    throw error;
  }
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    // EPERM: it is there and belongs to somebody else.
    return (error as NodeJS.ErrnoException).code === "EPERM";
  }
}

function locked(directory: string, { code, holder }: DirectoryLock, process: number): CongruentError {
  return new CongruentError({
    code,
    what: `${holder} writes into ${directory}${process > 0 ? ` (process ${process})` : ""}`,
    fix: "wait for it, end it, or choose another --out",
  });
}
