import type { Hyperparameter } from "@congruent/core/schemas";
import type { Domain } from "./domain.js";
import { listedDomain } from "./finite-domain.js";
import { checkRange } from "./number-range.js";
import { scaleOf } from "./scale.js";
import { steppedDomain } from "./stepped-domain.js";

/** How many values a grid takes of a range, as Keras Tuner. */
const GRID = 10;

/** Numbers from `min` to `max`. */
export function float(hp: Extract<Hyperparameter, { type: "float" }>): Domain {
  const { name, min, max, sampling, step } = hp;
  checkRange(hp);
  const first = hp.default ?? min;
  if (step !== undefined) return steppedDomain({ name, min, max, step, sampling, default: first });
  if (min === max) return listedDomain([min], first);
  const scale = scaleOf(sampling, min, max);
  const at = (position: number) => Math.min(max, Math.max(min, scale.at(position)));
  const grid = () => Array.from({ length: GRID }, (_, i) => at((i + 0.5) / GRID));
  return {
    ordered: true,
    size: null,
    default: first,
    at,
    cell(value) {
      const position = scale.position(Number(value));
      return [position, position];
    },
    has: (value) => typeof value === "number" && value >= min && value <= max,
    values: grid,
    grid,
  };
}
