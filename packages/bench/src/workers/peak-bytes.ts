import { readFileSync } from "node:fs";

/** VmHWM, the most memory this process has held so far; null where the system does not tell. */
export function peakBytes(): number | null {
  if (process.platform !== "linux") return null;
  const found = /^VmHWM:\s+(\d+) kB/m.exec(readFileSync("/proc/self/status", "utf8"));
  return found ? Number(found[1]) * 1024 : null;
}
