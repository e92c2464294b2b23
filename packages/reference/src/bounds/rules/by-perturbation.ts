import { isFloat, type Value } from "../../value.js";
import { deviations, type Errors, FAR, numberAt, shifted, unbounded } from "../errors.js";
import { roundingOf } from "../rounding.js";
import type { OutputBound, Rule, RuleCall } from "../rule.js";

/** Evaluations on perturbed inputs. */
const TRIALS = 4;
/** How much more than the largest deviation seen is allowed. */
const MARGIN = 8;
/** Units in the last place that each input is perturbed by, besides its error, and that the result gets besides what perturbation shows. */
const INPUT_ULPS = 4;
const OUTPUT_ULPS = 8;

/**
 * For operators without a rule of their own: how far the results move when the inputs do, by the operator itself. An estimate.
 *
 * @param positions of the inputs that are moved. Default: all floats. Where others have errors nothing is said
 */
export function perturbing(...positions: readonly number[]): Rule {
  return moving(positions, INPUT_ULPS);
}

/** The same for operators that compute with coordinates or with the squares of what they are given, which round as well: twice as wide. */
export function perturbingWidely(...positions: readonly number[]): Rule {
  return moving(positions, 2 * INPUT_ULPS);
}

function moving(positions: readonly number[], ulps: number): Rule {
  return (rule) => {
    const moves = (position: number) => positions.length === 0 || positions.includes(position);
    if (rule.errors.every((error, position) => error === null || moves(position)))
      return estimate(rule, moves, ulps);
    return rule.outputs.map((y) => ({
      passed: unbounded(y.data.length),
      own: null,
      why: "an input that decides has errors",
    }));
  };
}

export const byPerturbation = perturbing();

function estimate(
  { call, errors, outputs, run, rounding }: RuleCall,
  moves: (position: number) => boolean,
  inputUlps: number,
): OutputBound[] {
  if (
    rounding.unit === 0 &&
    errors.every((each) => each === null) &&
    !call.inputs.some((x) => x && isFloat(x.dtype))
  ) {
    return outputs.map(() => ({ passed: null, own: null, why: "integers: exact" }));
  }
  const unit = rounding.unit || 2 ** -24;
  const trials = Array.from({ length: TRIALS }, (_, trial) =>
    run(
      call.inputs.map((x, position) =>
        x && !moves(position)
          ? x
          : x && perturbed(x, errors[position] ?? null, 2 * inputUlps * unit, trial * 31 + position),
      ),
    ),
  );
  return outputs.map((y, place) => {
    const moved = deviations(
      trials.map((results) => results[place] as Value),
      y,
    );
    let scale = 0;
    for (let i = 0; i < y.data.length; i++) {
      const size = Math.abs(numberAt(y.data, i));
      if (Number.isFinite(size)) scale = Math.max(scale, size);
    }
    const float = isFloat(y.dtype);
    // A classifier's first output is the label; its scores round nevertheless.
    const { ulps, floor } = roundingOf(y.dtype, rounding.model);
    const own = moved.map((each) => (float ? each * MARGIN + ulps(OUTPUT_ULPS) * scale + floor : each));
    return {
      passed: null,
      own,
      why: `an estimate: ${MARGIN} x the change by ${TRIALS} perturbations of the inputs by ${inputUlps} ULP`,
    };
  });
}

/** Each element moved up or down by its error and a few ULP, by a pattern that the seed decides. */
function perturbed(x: Value, error: Errors, share: number, seed: number): Value {
  // Steps of integers are whole: one direction for all in each trial.
  if (!isFloat(x.dtype)) return shifted(x, error, seed & 1 ? 1 : -1, FAR);
  let state = (seed * 2654435761 + 1) >>> 0;
  const data = (x.data as Float64Array).map((each, i) => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    const by = (error?.[i] ?? 0) + share * Math.abs(each);
    return state & 0x80000000 ? each + by : each - by;
  });
  return { ...x, data };
}
