import { CongruentError, type Tensor } from "@congruent/core";

export type Tensors = Readonly<Record<string, Tensor>>;

/**
 * The size of the first axis, which all inputs share.
 *
 * @throws CongruentError `E_BATCH` when the inputs differ in their number of samples
 */
export function sampleCount(inputs: Tensors): number {
  const counts = new Set(Object.values(inputs).map((input) => input.dims[0] ?? 0));
  const [count = 0, ...others] = counts;
  if (others.length > 0) {
    throw new CongruentError({
      code: "E_BATCH",
      what: `the inputs differ in their number of samples: ${[...counts].join(", ")}`,
      expected: "one number for all inputs",
    });
  }
  return count;
}
