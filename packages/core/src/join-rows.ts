import { CongruentError } from "./errors.js";
import { type DType, sizeOf, type Tensor } from "./tensor.js";

/**
 * Tensors of one type put together along their first axes.
 *
 * @throws CongruentError `E_BATCH_OUTPUT` where they differ in another axis
 * @example
 * ```ts
 * const parts = [tensor("int32", Int32Array.of(1, 2), [2]), tensor("int32", Int32Array.of(3), [1])];
 * joinRows(parts); // => { dtype: "int32", dims: [3], data: Int32Array.of(1, 2, 3) }
 * ```
 */
export function joinRows<D extends DType>(parts: readonly Tensor<D>[]): Tensor<D> {
  const [first] = parts;
  if (!first) throw new RangeError("there is nothing to join");
  if (parts.length === 1) return first;
  const rest = first.dims.slice(1);
  const other = parts.find(({ dims }) => dims.slice(1).join() !== rest.join());
  if (other) {
    throw new CongruentError({
      code: "E_BATCH_OUTPUT",
      what: `an output has the shape [${other.dims.join(", ")}] for some samples, and [${first.dims.join(", ")}] for others`,
      expected: "one shape for every sample",
      fix: "run the model once on everything",
    });
  }
  const count = parts.reduce((sum, { dims }) => sum + (dims[0] ?? 1), 0);
  const data = new (first.data.constructor as new (length: number) => Tensor["data"])(count * sizeOf(rest));
  let at = 0;
  for (const part of parts) {
    (data as { set(from: unknown, at: number): void }).set(part.data, at);
    at += part.data.length;
  }
  return { ...first, data, dims: [count, ...rest] } as Tensor<D>;
}
