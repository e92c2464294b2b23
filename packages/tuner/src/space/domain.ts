import type { HyperparameterValue } from "@congruent/core/schemas";

/**
 * The values of one hyper-parameter, laid out over the unit interval: every value has a cell of its own, and equal lengths
 * are equally likely. Where any number is allowed, a cell is a point.
 */
export interface Domain {
  /** Whether neighboring cells hold similar values; false where the order says nothing. */
  ordered: boolean;
  /** How many values there are; null where any number of a range is one. */
  size: number | null;
  /** What a search begins with. */
  default: HyperparameterValue;
  /** The value whose cell holds a position of [0, 1). */
  at(position: number): HyperparameterValue;
  /** [from, to] of a value, within [0, 1]. */
  cell(value: HyperparameterValue): readonly [number, number];
  has(value: HyperparameterValue): boolean;
  /** All values in their order; of a range that holds any number, those of the grid. */
  values(): readonly HyperparameterValue[];
  /** The values that a grid visits: all of them where they are listed or have a step, else ten of a range. */
  grid(): readonly HyperparameterValue[];
}
