import type { Sampling } from "./scale.js";
import { spaceError } from "./space-error.js";

/** @throws CongruentError `E_SPACE_RANGE`, `E_SPACE_SAMPLING` */
export function checkRange(range: { name: string; min: number; max: number; sampling: Sampling }): void {
  const { name, min, max, sampling } = range;
  if (min > max) {
    throw spaceError("RANGE", `"${name}" has min ${min}, which is greater than max ${max}`, "min ≤ max");
  }
  if (sampling !== "linear" && min <= 0) {
    throw spaceError(
      "SAMPLING",
      `"${name}" begins at ${min}, and its sampling is ${sampling}`,
      "min > 0, or linear sampling",
    );
  }
}
