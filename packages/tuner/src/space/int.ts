import type { Hyperparameter } from "@congruent/core/schemas";
import type { Domain } from "./domain.js";
import { checkRange } from "./number-range.js";
import { scaleOf } from "./scale.js";
import { steppedDomain } from "./stepped-domain.js";

/** How many values a grid takes of what cannot be counted through, as Keras Tuner. */
const GRID = 10;

/** Whole numbers from `min` to `max`. */
export function int(hp: Extract<Hyperparameter, { type: "int" }>): Domain {
  const { name, min, max, sampling, step = sampling === "linear" ? 1 : undefined } = hp;
  checkRange(hp);
  const first = hp.default ?? min;
  if (step !== undefined) return steppedDomain({ name, min, max, step, sampling, default: first });
  // One more, so that `max` has a cell of its own.
  const scale = scaleOf(sampling, min, max + 1);
  const at = (position: number) => Math.min(max, Math.max(min, Math.floor(scale.at(position))));
  return {
    ordered: true,
    size: max - min + 1,
    default: first,
    at,
    cell: (value) => [
      Math.max(0, scale.position(Number(value))),
      Math.min(1, scale.position(Number(value) + 1)),
    ],
    has: (value) => typeof value === "number" && Number.isInteger(value) && value >= min && value <= max,
    values: () => Array.from({ length: max - min + 1 }, (_, i) => min + i),
    grid: () => [...new Set(Array.from({ length: GRID }, (_, i) => at((i + 0.5) / GRID)))],
  };
}
