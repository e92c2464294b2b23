import { AsyncLocalStorage } from "node:async_hooks";
import type { ChildProcess } from "node:child_process";
import diagnostics from "node:diagnostics_channel";
import { adopt } from "./adopt.js";
import { isRunning, killTree } from "./process-tree.js";

/** Node tells here of every child process that is about to be started. */
const CHANNEL = "child_process";

/** Whose work it is in which a process is started: several may be under way. */
const starting = new AsyncLocalStorage<(child: ChildProcess) => void>();

let works = 0;

function heard(message: unknown): void {
  starting.getStore()?.((message as { process: ChildProcess }).process);
}

/**
 * Does work by which a library starts processes of its own, each leading a process group. They end with this process, however that ends: from the
 * moment at which they exist, not only when the library hands them over. Where the work fails they are ended.
 *
 * @returns what the work gave, and what gives the processes up
 */
export async function adoptStarted<T>(work: () => Promise<T>): Promise<{ result: T; release(): void }> {
  const adopted = new Map<number, () => void>();
  const release = () => {
    for (const give of adopted.values()) give();
    adopted.clear();
  };
  const onStart = (child: ChildProcess) => {
    child.once("spawn", () => {
      const { pid } = child;
      // What the supervisor starts for itself is no part of the work.
      if (pid !== undefined) starting.exit(() => adopted.set(pid, adopt(pid)));
    });
  };
  if (works++ === 0) diagnostics.subscribe(CHANNEL, heard);
  try {
    return { result: await starting.run(onStart, work), release };
  } catch (error) {
    for (const pid of adopted.keys()) if (isRunning(pid)) killTree(pid);
    release();
    throw error;
  } finally {
    if (--works === 0) diagnostics.unsubscribe(CHANNEL, heard);
  }
}
