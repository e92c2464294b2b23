import { readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { CongruentError } from "@congruent/core";
import { makeDirectory, writeError } from "@congruent/core/files";

/**
 * Keeps other processes out of a run directory until the returned function is called. A lock whose process has died
 * is taken over.
 *
 * @throws CongruentError `E_RUN_LOCKED` naming the process that holds it.
 */
export async function lockRun(directory: string): Promise<() => Promise<void>> {
  const path = join(directory, "run.lock");
  const take = async () => {
    try {
      await makeDirectory(directory);
      await writeFile(path, String(process.pid), { flag: "wx" });
      return true;
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === "EEXIST") return false;
      throw writeError(path, error);
    }
  };
  if (!(await take())) {
    const holder = Number(await readFile(path, "utf8").catch(() => ""));
    if (holder > 0 && isAlive(holder)) throw locked(directory, holder);
    await rm(path, { force: true });
    if (!(await take())) throw locked(directory, null);
  }
  return () => rm(path, { force: true });
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

function locked(directory: string, holder: number | null): CongruentError {
  return new CongruentError({
    code: "E_RUN_LOCKED",
    what: `another training writes into ${directory}${holder === null ? "" : ` (process ${holder})`}`,
    fix: "wait for it, end it, or choose another --out",
  });
}
