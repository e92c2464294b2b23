import { CongruentError, type Tensor, tensorBytes, tensorFromBytes } from "@congruent/core/essentials";
import type { EncodedTensor, Passport } from "@congruent/core/schemas";
import { type Comparison, compare, type Tolerance } from "./compare.js";
import type { Model } from "./model.js";

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
  // In parts, as the number of arguments of a call is limited.
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

export interface Verification extends Comparison {
  samples: number;
  /** Inference alone. */
  seconds: number;
}

/**
 * Runs the passport's golden inputs, all at once, and compares every output with the golden one, by the rules of {@link compare} and with
 * the passport's bounds. `reason` is null if the model computes what it computed when it was promoted.
 *
 * @throws CongruentError as `Model.run`, when the model does not take the golden inputs; `E_BASE64`, `E_TENSOR_SIZE`
 * @example
 * ```ts no-run
 * const model = await load("models/lenet/model.onnx");
 * const passport = JSON.parse(await readFile("models/lenet/model.passport.json", "utf8"));
 * (await verify(model, passport)).reason; // => null
 * ```
 */
export async function verify(model: Model, { golden }: Pick<Passport, "golden">): Promise<Verification> {
  const inputs = decodeAll(golden.inputs);
  const start = performance.now();
  const observed = await model.run(inputs);
  const seconds = (performance.now() - start) / 1000;
  const toleranceOf = (name: string): Tolerance =>
    golden.bounds[name] ?? { bound: 0, why: "the passport gives no bound: the values must be equal" };
  return {
    ...compare({ baseline: decodeAll(golden.outputs), observed, toleranceOf }),
    samples: Object.values(inputs)[0]?.dims[0] ?? 0,
    seconds,
  };
}

/** @throws CongruentError `E_BASE64`, `E_TENSOR_SIZE` */
export function decodeAll(encoded: Record<string, EncodedTensor>): Record<string, Tensor> {
  return Object.fromEntries(Object.entries(encoded).map(([name, value]) => [name, decodeTensor(value)]));
}
