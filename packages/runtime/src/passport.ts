import {
  CongruentError,
  type EncodedTensor,
  type Passport,
  type Tensor,
  tensorBytes,
  tensorFromBytes,
} from "@congruent/core";
import { difference } from "./difference.js";
import type { Model } from "./load.js";

/**
 * A tensor as text: base64 of its little-endian bytes.
 *
 * @throws CongruentError `E_DTYPE` for a type that passports do not hold
 * @example
 * ```ts
 * encodeTensor(tensor("float32", Float32Array.of(1), [1])).base64; // => "AACAPw=="
 * ```
 */
export function encodeTensor(source: Tensor): EncodedTensor {
  const { dtype, dims } = source;
  if (dtype !== "float32" && dtype !== "int64") {
    throw new CongruentError({
      code: "E_DTYPE",
      what: `a ${dtype} tensor cannot go into a passport`,
      expected: "float32 or int64",
    });
  }
  const bytes = tensorBytes(source);
  let binary = "";
  // In parts, as a call takes only so many arguments.
  for (let i = 0; i < bytes.length; i += 8192) binary += String.fromCharCode(...bytes.subarray(i, i + 8192));
  return { dtype, dims: [...dims], base64: btoa(binary) };
}

/**
 * What {@link encodeTensor} wrote.
 *
 * @throws CongruentError `E_BASE64`, or `E_TENSOR_SIZE` when bytes are missing
 * @example
 * ```ts
 * const { dims, data } = decodeTensor({ dtype: "float32", dims: [2], base64: "AACAPwAAAEA=" });
 * [dims, [...data]]; // => [[2], [1, 2]]
 * ```
 */
export function decodeTensor({ dtype, dims, base64 }: EncodedTensor): Tensor<"float32"> | Tensor<"int64"> {
  let binary: string;
  try {
    binary = atob(base64);
  } catch (error) {
    throw new CongruentError({ code: "E_BASE64", what: "a passport's tensor is not base64", cause: error });
  }
  return tensorFromBytes(
    Uint8Array.from(binary, (letter) => letter.charCodeAt(0)),
    dtype,
    dims,
  );
}

/** How far one output is from the passport's. */
export interface PassportDifference {
  name: string;
  /** Null when the shapes differ, or where only one of the two is a finite number. */
  maxAbs: number | null;
  bound: number;
  why: string;
  within: boolean;
}

/**
 * Runs the passport's golden inputs and compares every golden output.
 *
 * @throws CongruentError as `Model.run`, when the model does not take the golden inputs
 * @example
 * ```ts no-run
 * const model = await load("models/lenet/model.onnx");
 * const passport = JSON.parse(await readFile("models/lenet/model.passport.json", "utf8"));
 * (await verify(model, passport)).every(({ within }) => within); // => true
 * ```
 */
export async function verify(model: Model, passport: Passport): Promise<PassportDifference[]> {
  const { inputs, outputs, bounds } = passport.golden;
  const feeds = Object.fromEntries(
    Object.entries(inputs).map(([name, value]) => [name, decodeTensor(value)]),
  );
  const observed = await model.run(feeds);
  return Object.entries(outputs).map(([name, encoded]) => {
    const { bound, why } = bounds[name] ?? { bound: 0, why: "no bound is given: the values must be equal" };
    const output = observed[name];
    const maxAbs = output ? difference(decodeTensor(encoded), output).maxAbs : null;
    return { name, maxAbs, bound, why, within: maxAbs !== null && maxAbs <= bound };
  });
}
