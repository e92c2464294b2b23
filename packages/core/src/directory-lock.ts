import { readFileSync } from "node:fs";
import { readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
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
 * is taken over, also where another process has its number now: in a container that was started again, that is
 * often this very one.
 *
 * @throws CongruentError with the lock's code, naming the process that holds it.
 */
export async function lockDirectory(directory: string, lock: DirectoryLock): Promise<() => Promise<void>> {
  const path = join(directory, lock.file);
  const mine = `${process.pid} ${startOf(process.pid) ?? ""}`.trimEnd();
  const take = async () => {
    try {
      await makeDirectory(directory);
      await writeFile(path, mine, { flag: "wx" });
      return true;
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === "EEXIST") return false;
      throw writeError(path, error);
    }
  };
  if (!(await take())) {
    const found = await readFile(path, "utf8").catch(() => "");
    const [holder = "", start] = found.split(" ");
    if (Number(holder) > 0 && isHeldBy(Number(holder), start)) throw locked(directory, lock, Number(holder));
    await rm(path, { force: true });
    if (!(await take())) throw locked(directory, lock, null);
  }
  return () => rm(path, { force: true });
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

function locked(directory: string, { code, holder }: DirectoryLock, process: number | null): CongruentError {
  return new CongruentError({
    code,
    what: `${holder} writes into ${directory}${process === null ? "" : ` (process ${process})`}`,
    fix: "wait for it, end it, or choose another --out",
  });
}
