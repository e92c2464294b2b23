import { readFileSync } from "node:fs";
import { setTimeout } from "node:timers/promises";

/** Whether a process has ended, within a second. */
export async function isGone(pid: number): Promise<boolean> {
  if (!Number.isInteger(pid) || pid <= 1) throw new Error(`${pid} is no process`);
  for (let attempt = 0; attempt < 50; attempt += 1) {
    // A killed process without a parent that waits for it stays in the table as a zombie until init collects it.
    if (isAlive(pid) && stateOf(pid) !== "Z") await setTimeout(20);
    else return true;
  }
  return false;
}

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    return false; // no such process
  }
}

/** `undefined` where the system does not tell. */
function stateOf(pid: number): string | undefined {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, "utf8");
    return stat.slice(stat.lastIndexOf(")") + 2, stat.lastIndexOf(")") + 3);
  } catch {
    return undefined; // no such process, or no such file
  }
}
