import type { Domain } from "./domain.js";
import { finiteDomain } from "./finite-domain.js";
import type { Sampling } from "./scale.js";
import { spaceError } from "./space-error.js";

/** What a step and its range mean: numbers `step` apart, or with logarithmic sampling in the ratio `step`. */
export interface SteppedRange {
  name: string;
  min: number;
  max: number;
  step: number;
  sampling: Sampling;
  default: number;
}

/** @throws CongruentError `E_SPACE_STEP` where the last step does not end at the range's end. */
export function steppedDomain({ name, min, max, step, sampling, default: first }: SteppedRange): Domain {
  const linear = sampling === "linear";
  const least = linear ? 0 : 1;
  if (step <= least) {
    throw spaceError(
      "STEP",
      `"${name}" has the step ${step}`,
      `more than ${least} with ${sampling} sampling`,
    );
  }
  const steps = linear ? (max - min) / step : Math.log(max / min) / Math.log(step);
  const whole = Math.round(steps);
  if (Math.abs(steps - whole) > 1e-9 * Math.max(1, whole)) {
    const last = numberAt(Math.floor(steps));
    throw spaceError(
      "STEP",
      `the step ${step} of "${name}" does not fit between ${min} and ${max}: the last value would be ${last}`,
      `a step that reaches ${max}, or max: ${last}`,
    );
  }
  function numberAt(i: number): number {
    const value = linear
      ? min + i * step
      : sampling === "log"
        ? min * step ** i
        : max + min - min * step ** i;
    // 0.1 + 2 · 0.1 is meant to be 0.3.
    return Number(value.toPrecision(12));
  }
  return finiteDomain({
    size: whole + 1,
    ordered: true,
    default: first,
    value: numberAt,
    index(value) {
      if (typeof value !== "number" || value < min || value > max) return -1;
      const position = linear
        ? (value - min) / step
        : Math.log((sampling === "log" ? value : max + min - value) / min) / Math.log(step);
      const nearest = Math.round(position);
      return Math.abs(numberAt(nearest) - value) > 1e-9 * Math.abs(value) ? -1 : nearest;
    },
  });
}
