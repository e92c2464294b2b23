import { readFileSync } from "node:fs";

/** The processor's flags, such as "avx2", as /proc/cpuinfo lists them; none where there is no such file, outside Linux. */
export function processorFlags(): string[] {
  try {
    return /^flags\s*:\s*(.*)$/m.exec(readFileSync("/proc/cpuinfo", "utf8"))?.[1]?.split(/\s+/) ?? [];
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return [];
    throw error;
  }
}
