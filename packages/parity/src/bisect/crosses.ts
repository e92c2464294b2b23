import { DTYPES } from "@congruent/core";

/** Whether values of an element type can be given to a runtime and taken from it. */
export function crosses(dtype: string): boolean {
  return (DTYPES as readonly string[]).includes(dtype);
}
