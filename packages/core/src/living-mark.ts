import { randomBytes } from "node:crypto";
import { readFileSync } from "node:fs";
import { readdir, unlink } from "node:fs/promises";
import { connect, createServer } from "node:net";
import { basename, dirname, join } from "node:path";

/** A socket beside a lock file, which its holder listens at as long as it lives. */
export interface LivingMark {
  /** The socket's name in the lock's folder. */
  name: string;
  /** Gives the socket back. */
  remove(): Promise<void>;
}

/** The longest path of a socket, in bytes: Linux takes 107, and a longer one would be cut off. */
const LONGEST_PATH = 107;

/**
 * Shows that this process lives, to every process on the same system, in whatever container: the system itself closes the socket when the
 * process ends, however that happens, and a process that is busy answers as well.
 *
 * @param lock the lock file's path
 * @returns null where there can be none: outside Linux, for a path that is too long, on a file system without sockets
 */
export async function markLiving(lock: string): Promise<LivingMark | null> {
  const name = `.${basename(lock)}.${randomBytes(6).toString("hex")}.sock`;
  const path = join(dirname(lock), name);
  if (bootId() === undefined || Buffer.byteLength(path) > LONGEST_PATH) return null;
  const server = createServer((connection) => connection.destroy()).unref();
  const listens = await new Promise<boolean>((resolve) => {
    server.once("error", () => resolve(false));
    server.listen(path, () => resolve(true));
  });
  if (!listens) return null;
  return {
    name,
    // Closing removes the file as well.
    remove: () => new Promise((resolve) => server.close(() => resolve())),
  };
}

/** Whether no process listens at a mark any more; false also where that cannot be told. The mark must be of the present boot. */
export function isMarkDead(lock: string, name: string): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(join(dirname(lock), name));
    socket.once("connect", () => {
      socket.destroy();
      resolve(false);
    });
    socket.once("error", (error: NodeJS.ErrnoException) => resolve(error.code === "ECONNREFUSED"));
  });
}

/** Removes what processes that were killed have left beside a lock file: for its holder alone. */
export async function removeOtherMarks(lock: string, own: string | undefined): Promise<void> {
  const begin = `.${basename(lock)}.`;
  for (const name of await readdir(dirname(lock))) {
    if (name.startsWith(begin) && name.endsWith(".sock") && name !== own) {
      // Not `rm`, which looks at the file first: Node 20 remembers that the last file it looked at was a socket, and then no longer
      // follows links when it loads a module.
      await unlink(join(dirname(lock), name)).catch((error: NodeJS.ErrnoException) => {
        if (error.code !== "ENOENT") throw error;
      });
    }
  }
}

/** What tells one start of a system from all others, the same in all of its containers; undefined outside Linux. */
export function bootId(): string | undefined {
  try {
    return readFileSync("/proc/sys/kernel/random/boot_id", "utf8").trim() || undefined;
  } catch (error) {
    if (["ENOENT", "ENOTDIR", "EACCES", "EPERM"].includes((error as NodeJS.ErrnoException).code ?? ""))
      return undefined;
    throw error;
  }
}
