/** Ends processes that take too much memory, before the machine's own killer chooses a victim. */
import { CongruentError } from "../errors.js";
import { familyOf, readProc } from "./process-tree.js";

export interface MemoryLimit {
  /** Rejects once the processes together hold more than the limit; never resolves. */
  exceeded: Promise<never>;
  stop(): void;
}

/** Short enough that a process which grows by a gigabyte in a second is caught a few hundred megabytes late. */
const EVERY_MS = 200;

/** Of one page of memory, on every architecture that Node runs on under Linux unless the kernel is built for larger ones. */
const PAGE_BYTES = 4096;

/**
 * Watches the resident memory of processes and all their descendants. What a process maps but does not use (V8 and the GPU drivers
 * reserve gigabytes) does not count, which is why no `ulimit` does it.
 *
 * @param pids asked each time, as a browser's processes come and go; a rejection counts as none
 * @throws CongruentError `E_MEMORY_LIMIT` (exit 3) where this system does not tell: a limit that is not enforced would mislead
 */
export function limitMemory(bytes: number, pids: () => Promise<readonly number[]>): MemoryLimit {
  if (process.platform !== "linux") {
    throw new CongruentError({
      code: "E_MEMORY_LIMIT",
      what: `a memory limit cannot be kept on ${process.platform}: it is read from /proc`,
      expected: "Linux",
      fix: "leave the memory limit out",
      exit: 3,
    });
  }
  let timer: NodeJS.Timeout | null = null;
  const exceeded = new Promise<never>((_, reject) => {
    const look = async () => {
      // Processes that cannot be listed have ended: whoever waits for their answer hears of it.
      const used = residentBytes(await pids().catch(() => []));
      if (used > bytes) {
        reject(
          new CongruentError({
            code: "E_MEMORY",
            what: `the process took ${mebibytes(used)} of memory, more than the limit of ${mebibytes(bytes)}, and was ended`,
            fix: "give it less at a time (--batch-size), or raise the limit (--memory)",
          }),
        );
        return;
      }
      if (timer !== null) timer = setTimeout(look, EVERY_MS).unref();
    };
    timer = setTimeout(look, EVERY_MS).unref();
  });
  // No one may be listening any more when the last look comes too late.
  exceeded.catch(() => undefined);
  return {
    exceeded,
    stop() {
      if (timer !== null) clearTimeout(timer);
      timer = null;
    },
  };
}

/** Memory that processes and their descendants hold, in bytes; those that have ended count as nothing. */
export function residentBytes(pids: readonly number[]): number {
  const pages = familyOf(pids).map((pid) => Number(readProc(pid, "statm").split(" ")[1] ?? 0));
  return pages.reduce((sum, count) => sum + count * PAGE_BYTES, 0);
}

function mebibytes(bytes: number): string {
  return `${Math.round(bytes / 2 ** 20)} MiB`;
}
