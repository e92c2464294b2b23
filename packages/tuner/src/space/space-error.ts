import { CongruentError } from "@congruent/core";

/** A search space that makes no sense: `E_SPACE_STEP`, `E_SPACE_RANGE` … */
export function spaceError(
  code: "EMPTY" | "RANGE" | "STEP" | "SAMPLING" | "DEFAULT" | "DUPLICATE" | "CONDITION" | "CHANGED" | "PATH",
  what: string,
  expected?: string,
): CongruentError {
  return new CongruentError({
    code: `E_SPACE_${code}`,
    what,
    ...(expected && { expected }),
    fix: "correct the search space",
  });
}
