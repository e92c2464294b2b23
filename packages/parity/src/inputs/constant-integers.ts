import { fromProto } from "@congruent/reference";
import type { DeepIndex } from "./deep-index.js";

const MOST = 64;

/** The whole numbers that a value holds, where they are few and known before anything runs; null otherwise. */
export function integersOf(index: DeepIndex, name: string): number[] | null {
  const tensor = index.constantOf(name);
  const held = index
    .producerOf(name)
    ?.attribute.find((attribute) => attribute.name === "value_int" || attribute.name === "value_ints");
  if (held) return held.name === "value_int" ? [Number(held.i)] : held.ints.map(Number);
  if (!tensor) return null;
  const count = tensor.dims.reduce((product, dim) => product * dim, 1n);
  if (count > MOST) return null;
  const { data } = fromProto(tensor);
  const numbers = Array.from(data as ArrayLike<unknown>, Number);
  return numbers.every(Number.isInteger) ? numbers : null;
}
