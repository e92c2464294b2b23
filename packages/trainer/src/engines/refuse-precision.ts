import { CongruentError } from "@congruent/core";
import { processorFlags } from "./processor-flags.js";

/** `mixedBfloat16`: convolutions and matrix products of the training step in bfloat16, all else in float32. */
export type Precision = "float32" | "mixedBfloat16";

/** The flags in /proc/cpuinfo of processors with bfloat16 units. */
const UNITS = ["amx_bf16", "avx512_bf16"];

/**
 * Refuses bfloat16 where it would be emulated, slower than float32.
 *
 * @param flags the processor's, as /proc/cpuinfo lists them
 * @throws CongruentError `E_PRECISION` (exit 3)
 */
export function refusePrecision(
  precision: Precision,
  engine: "graph" | "eager",
  device: "cpu" | "gpu",
  flags: readonly string[] = processorFlags(),
): void {
  if (precision === "float32") return;
  if (engine === "eager") {
    throw new CongruentError({
      code: "E_PRECISION",
      what: `the eager engine computes in float32, not in ${precision}`,
      fix: "train with --engine graph, or in float32",
    });
  }
  if (device === "gpu" || UNITS.some((unit) => flags.includes(unit))) return;
  throw new CongruentError({
    code: "E_PRECISION",
    what: `this processor has no units for bfloat16, so ${precision} would be slower than float32`,
    expected: `one of ${UNITS.join(", ")} among the processor's flags, or a GPU`,
    fix: "train in float32",
    exit: 3,
  });
}
