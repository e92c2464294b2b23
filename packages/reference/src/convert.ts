/**
 * From one element type to another.
 *
 * Between types of the same or greater width nothing is rounded: what is declared float32 stays as precise as it was computed. To a
 * type that cannot hold all values of the declared source type (float64 to float32, int32 to float32, anything to float16 or
 * bfloat16) a conversion rounds to the nearest, ties to even: every runtime does exactly this, so it belongs to what the model means.
 * To integers, floats are truncated.
 */
import { CongruentError } from "@congruent/core";
import { kindOf, mapData } from "./elementwise.js";
import { formatFloat } from "./format-float.js";
import { roundToBfloat16, roundToFloat16 } from "./half.js";
import { roundToSmallFloat, SMALL_FLOATS } from "./small-floats.js";
import { cutSmallInteger, isSmallInteger, wrapSmallInteger } from "./small-integers.js";
import { isBig, isFloat, type Value, type ValueDType } from "./value.js";

const rounding: Partial<Record<ValueDType, (x: number) => number>> = {
  float16: roundToFloat16,
  bfloat16: roundToBfloat16,
  float32: Math.fround,
  ...Object.fromEntries(SMALL_FLOATS.map((name) => [name, (x: number) => roundToSmallFloat(name, x, true)])),
};

/** Integers and floats that every wider float has. */
const small: readonly ValueDType[] = [
  "bool",
  "int8",
  "uint8",
  "int4",
  "uint4",
  "int2",
  "uint2",
  ...SMALL_FLOATS,
];

/** The types whose every value a float type can hold, besides itself. */
const held: Partial<Record<ValueDType, readonly ValueDType[]>> = {
  float16: small,
  bfloat16: small,
  float32: [...small, "int16", "uint16", "float16", "bfloat16"],
};

/**
 * A value as another type.
 *
 * @param saturate whether what is too large for a float of eight bits becomes its largest number. Default: true
 * @throws CongruentError `E_NODE_VALUE` for a string that is no number
 * @example
 * ```ts
 * const third = value("float32", Float64Array.of(1 / 3), [1]);
 * convert(third, "float64").data[0]; // => 1 / 3
 * convert(third, "float16").data[0]; // => 0.333251953125
 * convert(value("float64", Float64Array.of(-2.7), [1]), "int64").data[0]; // => -2n
 * ```
 */
export function convert(source: Value, to: ValueDType, saturate = true): Value {
  if (source.dtype === to) return source;
  const convertOne = saturate ? conversion(source.dtype, to) : unsaturated(source.dtype, to);
  return { dtype: to, dims: source.dims, data: mapData(source.data, to, convertOne) };
}

/** What is too large for a type of eight bits becomes infinity or NaN instead of its largest number. */
function unsaturated(from: ValueDType, to: ValueDType): (x: unknown) => unknown {
  const name = SMALL_FLOATS.find((each) => each === to);
  if (!name) return conversion(from, to);
  const wide = conversion(from, "float64");
  return (x) => roundToSmallFloat(name, wide(x) as number, false);
}

type Convert = (x: never) => unknown;

function conversion(from: ValueDType, to: ValueDType): (x: unknown) => unknown {
  const chosen: Convert =
    from === "string"
      ? fromString(to)
      : to === "string"
        ? toText(from)
        : to === "bool"
          ? (x: number | bigint) => (x ? 1 : Number.isNaN(x) ? 1 : 0)
          : isFloat(to)
            ? toFloat(from, to)
            : toInteger(from, to);
  return chosen as (x: unknown) => unknown;
}

function toFloat(from: ValueDType, to: ValueDType): Convert {
  const round = held[to]?.includes(from) ? undefined : rounding[to];
  if (isBig(from)) return round ? (x: bigint) => round(Number(x)) : (x: bigint) => Number(x);
  return round ?? ((x: number) => x);
}

const LARGEST = 2 ** 63;

/** NaN gives 0, and what is out of the range of int64 its nearest bound, where ONNX leaves it open. Smaller types wrap around. */
function toInteger(from: ValueDType, to: ValueDType): Convert {
  if (isSmallInteger(to)) {
    if (isBig(from)) return (x: bigint) => wrapSmallInteger(to, Number(BigInt.asIntN(32, x)));
    if (!isFloat(from)) return (x: number) => wrapSmallInteger(to, x);
    // Left open by the standard; its own tests cut what is out of range.
    return (x: number) => cutSmallInteger(to, Math.trunc(x));
  }
  if (isBig(from)) {
    // A number of more than 53 bits would not wrap around exactly.
    return isBig(to) ? (x: bigint) => x : (x: bigint) => Number(BigInt.asIntN(32, x));
  }
  if (!isBig(to)) return (x: number) => (Number.isFinite(x) ? Math.trunc(x) : 0);
  return (x: number) => {
    if (Number.isNaN(x)) return 0n;
    if (to === "uint64") return BigInt(Math.trunc(Math.max(-LARGEST, Math.min(x, 2 * LARGEST - 2048))));
    if (x >= LARGEST) return 2n ** 63n - 1n;
    return x <= -LARGEST ? -(2n ** 63n) : BigInt(Math.trunc(x));
  };
}

function toText(from: ValueDType): Convert {
  if (kindOf(from) !== "float") return (x: number | bigint) => String(x);
  return (x: number) => formatFloat(x, from);
}

const words: Readonly<Record<string, number>> = {
  nan: Number.NaN,
  inf: Number.POSITIVE_INFINITY,
  "+inf": Number.POSITIVE_INFINITY,
  "-inf": Number.NEGATIVE_INFINITY,
};

function fromString(to: ValueDType): Convert {
  const round = rounding[to] ?? ((x: number) => x);
  return (text: string) => {
    const trimmed = text.trim().toLowerCase();
    const number = words[trimmed] ?? (trimmed === "" ? Number.NaN : Number(trimmed));
    if (Number.isNaN(number) && trimmed !== "nan") {
      throw new CongruentError({ code: "E_NODE_VALUE", what: `"${text}" is no number` });
    }
    if (isFloat(to)) return round(number);
    if (isBig(to))
      return /^[+-]?\d+$/.test(trimmed) ? BigInt(trimmed.replace(/^\+/, "")) : BigInt(Math.trunc(number));
    return to === "bool" ? Number(number !== 0) : Math.trunc(number);
  };
}
