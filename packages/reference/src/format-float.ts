import { roundToBfloat16, roundToFloat16 } from "./half.js";
import type { ValueDType } from "./value.js";

const rounding: Partial<Record<ValueDType, (x: number) => number>> = {
  float16: roundToFloat16,
  bfloat16: roundToBfloat16,
  float32: Math.fround,
};

/**
 * A float as text: the fewest digits that read back as the same number of its type, in scientific notation outside 1e-4 … 1e16, as
 * numpy prints it.
 *
 * @example
 * ```ts
 * formatFloat(0.1, "float32"); // => "0.1"
 * formatFloat(1e-7, "float32"); // => "1e-07"
 * formatFloat(Number.POSITIVE_INFINITY, "float64"); // => "inf"
 * ```
 */
export function formatFloat(x: number, dtype: ValueDType): string {
  if (Number.isNaN(x)) return "nan";
  if (!Number.isFinite(x)) return x > 0 ? "inf" : "-inf";
  const round = rounding[dtype] ?? ((y: number) => y);
  const wanted = round(x);
  if (wanted === 0) return Object.is(wanted, -0) ? "-0.0" : "0.0";
  let digits = 1;
  while (digits < 17 && round(Number(wanted.toExponential(digits - 1))) !== wanted) digits++;
  const [mantissa = "", exponent = "0"] = wanted.toExponential(digits - 1).split("e");
  const power = Number(exponent);
  if (power < -4 || power >= 16) {
    return `${mantissa}e${power < 0 ? "-" : "+"}${String(Math.abs(power)).padStart(2, "0")}`;
  }
  const plain = Number(`${mantissa}e${exponent}`).toFixed(Math.max(0, digits - 1 - power));
  return plain.includes(".") ? plain : `${plain}.0`;
}
