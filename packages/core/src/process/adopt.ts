import { isRunning, killTree } from "./process-tree.js";
import { unwatch, watch } from "./watch.js";

/**
 * For a process that a library has started and that leads a process group: until the returned function is called it ends
 * with this process, however that ends, and when this process is interrupted.
 *
 * @param pid of a process that runs
 */
export function adopt(pid: number): () => void {
  const kill = () => {
    if (isRunning(pid)) killTree(pid);
  };
  const watched = { pid, ending: false, interrupt: kill, kill };
  watch(watched);
  return () => unwatch(watched);
}
