import { readFileSync } from "node:fs";
import type { Environment } from "@congruent/core/schemas";

/** The processor's flags, such as "avx2", as /proc/cpuinfo lists them; none where there is no such file, outside Linux. */
export function processorFlags(): string[] {
  try {
    return /^flags\s*:\s*(.*)$/m.exec(readFileSync("/proc/cpuinfo", "utf8"))?.[1]?.split(/\s+/) ?? [];
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return [];
    throw error;
  }
}

/**
 * The instruction set by which kernels are chosen.
 *
 * @example
 * ```ts
 * instructionSetOf(["avx2", "fma", "avx512f"]); // => "avx512"
 * instructionSetOf(["avx2", "fma"]); // => "avx2"
 * instructionSetOf(["avx"]); // => "other"
 * ```
 */
export function instructionSetOf(flags: readonly string[]): NonNullable<Environment["instructionSet"]> {
  if (flags.includes("avx512f")) return "avx512";
  return flags.includes("avx2") && flags.includes("fma") ? "avx2" : "other";
}
