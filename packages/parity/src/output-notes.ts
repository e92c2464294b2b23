/** Outputs whose agreement proves little, whatever the runtimes are. */
import { numbersOf, sizeOf, type Tensor } from "@congruent/core";
import type { Tensors } from "./runner.js";

/** Below this no value is told from an error. */
const NEARLY_ZERO = 1e-6;
/** A sigmoid or a softmax so close to its ends carries no information any more. */
const END = 1e-6;
/** The share of elements at their ends from which on an output is called saturated. */
const SATURATED = 0.99;

/**
 * What a person should know of the values that were compared: all alike, nearly zero, saturated, or the same for every sample.
 *
 * @param counted whether the first axes count samples
 * @example
 * ```ts
 * const zeros = tensor("float32", new Float32Array(4), [2, 2]);
 * outputNotes({ y: zeros }, true); // => ["every value of y is 0: that all agree on it proves little"]
 * ```
 */
export function outputNotes(outputs: Tensors, counted: boolean): string[] {
  return Object.entries(outputs).flatMap(([name, output]) => {
    const said = noteOf(output, counted);
    return said === null ? [] : [`${said.replace("{}", name)}: that all agree on it proves little`];
  });
}

function noteOf(output: Tensor, counted: boolean): string | null {
  const values = numbersOf(output);
  const { length } = values;
  // One number, or a decision of a few samples, may well be what it is.
  if (length < 2) return null;
  let largest = 0;
  let ends = 0;
  let alike = true;
  let inside = true;
  const first = Number(values[0]);
  for (let i = 0; i < length; i++) {
    const value = Number(values[i]);
    if (!Number.isFinite(value)) return null;
    const size = Math.abs(value);
    if (size > largest) largest = size;
    if (value !== first) alike = false;
    if (size > 1) inside = false;
    if (size < END || Math.abs(size - 1) < END) ends++;
  }
  const float = output.dtype.startsWith("float");
  if (alike) return float || first === 0 ? `every value of {} is ${first}` : null;
  if (!float) return null;
  if (largest < NEARLY_ZERO) return `{} is nearly zero (its largest value is ${largest.toExponential(1)})`;
  if (inside && ends >= SATURATED * length) {
    return `{} is saturated (${Math.floor((100 * ends) / length)} % of its values are 0 or ±1 to within ${END})`;
  }
  const [samples = 0, ...rest] = output.dims;
  if (counted && samples > 1 && sameRows(values, sizeOf(rest)))
    return `{} is the same for all ${samples} samples`;
  return null;
}

function sameRows(values: ArrayLike<number | bigint>, stride: number): boolean {
  for (let i = stride; i < values.length; i++) if (values[i] !== values[i % stride]) return false;
  return stride > 0;
}
