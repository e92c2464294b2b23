/** Where the values in a model lie on data. */
import { CongruentError, numbersOf } from "@congruent/core";
import type { Runs } from "@congruent/parity";
import { type Range, type RangeMethod, rangeMethods } from "@congruent/passes";

/** Samples that ranges are found on, unless there are fewer. */
export const CALIBRATION_SAMPLES = 128;
/** Values of which the numbers are held at a time. */
const AT_ONCE = 8;

/**
 * @throws CongruentError `E_CALIBRATION_DATA` for a value that has no number, or NaN, on the data; what the runs throw
 */
export async function calibrate(
  runs: Pick<Runs, "values">,
  names: readonly string[],
  method: RangeMethod,
): Promise<Map<string, Range>> {
  const ranges = new Map<string, Range>();
  for (let at = 0; at < names.length; at += AT_ONCE) {
    const some = names.slice(at, at + AT_ONCE);
    const values = await runs.values(some, CALIBRATION_SAMPLES);
    for (const name of some) {
      const tensor = values[name];
      const numbers = Float64Array.from((tensor ? numbersOf(tensor) : []) as ArrayLike<number>);
      if (numbers.length === 0) throw unusable(name, "has no number");
      if (!numbers.every(Number.isFinite)) throw unusable(name, "has NaN or infinity");
      ranges.set(name, rangeMethods[method](numbers));
    }
  }
  return ranges;
}

function unusable(name: string, what: string): CongruentError {
  return new CongruentError({
    code: "E_CALIBRATION_DATA",
    what: `the value ${name} ${what} on the calibration data`,
    expected: "data on which the model computes numbers",
    fix: "give some of the data that the model was trained on: --calibration DATA",
  });
}
