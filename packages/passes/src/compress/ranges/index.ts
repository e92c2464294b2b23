/** How the range of a value is told from what it was on data. */
import { entropy } from "./entropy.js";
import { minMax } from "./min-max.js";
import { percentile } from "./percentile.js";
import type { Range } from "./range.js";

export const rangeMethods = { "min-max": minMax, percentile, entropy } as const satisfies Readonly<
  Record<string, (values: ArrayLike<number>) => Range>
>;

export type RangeMethod = keyof typeof rangeMethods;
