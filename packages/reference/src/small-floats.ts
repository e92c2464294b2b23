/** Floats of eight and fewer bits: their bits as numbers, and rounding to them (to nearest, ties to even). */
import { roundHalfToEven } from "./half.js";

interface Format {
  exponentBits: number;
  mantissaBits: number;
  bias: number;
  /** `ieee`: infinities and NaN · `fn`: NaN alone · `fnuz`: NaN in the place of −0 · `finite`: neither. */
  kind: "ieee" | "fn" | "fnuz" | "finite";
}

/** As the ONNX page "Float stored in 8 bits" has them. */
const formats = {
  float8e4m3fn: { exponentBits: 4, mantissaBits: 3, bias: 7, kind: "fn" },
  float8e4m3fnuz: { exponentBits: 4, mantissaBits: 3, bias: 8, kind: "fnuz" },
  float8e5m2: { exponentBits: 5, mantissaBits: 2, bias: 15, kind: "ieee" },
  float8e5m2fnuz: { exponentBits: 5, mantissaBits: 2, bias: 16, kind: "fnuz" },
  float4e2m1: { exponentBits: 2, mantissaBits: 1, bias: 1, kind: "finite" },
} as const satisfies Readonly<Record<string, Format>>;

export type SmallFloat = keyof typeof formats;

export const SMALL_FLOATS = Object.keys(formats) as SmallFloat[];

/** [unit roundoff, smallest normal number, largest number] */
export const SMALL_FLOAT_FORMATS = Object.fromEntries(
  SMALL_FLOATS.map((name) => {
    const { mantissaBits, bias } = formats[name];
    return [name, [2 ** -(mantissaBits + 1), 2 ** (1 - bias), largest(name)] as const];
  }),
) as Readonly<Record<SmallFloat, readonly [number, number, number]>>;

function largest(name: SmallFloat): number {
  const { exponentBits, mantissaBits, bias, kind } = formats[name] as Format;
  const top = 2 ** exponentBits - 1 - bias - (kind === "ieee" ? 1 : 0);
  // The largest mantissa of the largest exponent is NaN where there is no infinity.
  return (2 - 2 ** -mantissaBits * (kind === "fn" ? 2 : 1)) * 2 ** top;
}

/**
 * The number that bits stand for.
 *
 * @example
 * ```ts
 * smallFloatFromBits("float8e4m3fn", 0x38); // => 1
 * smallFloatFromBits("float8e5m2", 0x7c); // => Infinity
 * smallFloatFromBits("float4e2m1", 0x7); // => 6
 * ```
 */
export function smallFloatFromBits(name: SmallFloat, bits: number): number {
  const { exponentBits, mantissaBits, bias, kind } = formats[name] as Format;
  const sign = bits >> (exponentBits + mantissaBits);
  const exponent = (bits >> mantissaBits) & (2 ** exponentBits - 1);
  const mantissa = bits & (2 ** mantissaBits - 1);
  const top = exponent === 2 ** exponentBits - 1;
  if (kind === "fnuz" && sign === 1 && exponent === 0 && mantissa === 0) return Number.NaN;
  if (kind === "ieee" && top) return mantissa === 0 ? (sign ? -1 : 1) * Number.POSITIVE_INFINITY : Number.NaN;
  if (kind === "fn" && top && mantissa === 2 ** mantissaBits - 1) return Number.NaN;
  const size =
    exponent === 0
      ? mantissa * 2 ** (1 - bias - mantissaBits)
      : (1 + mantissa / 2 ** mantissaBits) * 2 ** (exponent - bias);
  return sign ? -size : size;
}

/**
 * The nearest number of a format.
 *
 * @param saturate whether what is too large, infinity too, becomes the largest number. Else it becomes infinity where there is one, or NaN
 * @example
 * ```ts
 * roundToSmallFloat("float8e4m3fn", 1.1, true); // => 1.125
 * roundToSmallFloat("float8e4m3fn", 1000, true); // => 448
 * roundToSmallFloat("float8e4m3fn", 1000, false); // => NaN
 * roundToSmallFloat("float8e5m2", 1e6, false); // => Infinity
 * ```
 */
export function roundToSmallFloat(name: SmallFloat, x: number, saturate: boolean): number {
  const { mantissaBits, bias, kind } = formats[name] as Format;
  const most = SMALL_FLOAT_FORMATS[name][2];
  if (Number.isNaN(x)) return kind === "finite" ? 0 : x;
  // These have no −0.
  if (x === 0) return kind === "fnuz" ? 0 : x;
  if (Number.isFinite(x)) {
    const exponent = Math.max(Math.floor(Math.log2(Math.abs(x))), 1 - bias);
    const step = 2 ** (exponent - mantissaBits);
    const rounded = roundHalfToEven(x / step) * step;
    if (Math.abs(rounded) <= most) return rounded === 0 && kind === "fnuz" ? 0 : rounded;
  }
  if (saturate || kind === "finite") return Math.sign(x) * most;
  return kind === "ieee" ? Math.sign(x) * Number.POSITIVE_INFINITY : Number.NaN;
}
