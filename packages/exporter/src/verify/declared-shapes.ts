import type { Tensor } from "@congruent/core";
import { describeDims, type ModelInterface, type ValueDescription } from "@congruent/onnx";
import { sizeOfFormula } from "./size-of-formula.js";

/**
 * A sentence for each output that has another shape than the file declares, by the sizes that the names of its axes have in the inputs. A shape with an
 * axis of no name is a flaw where the size is known.
 *
 * @example
 * ```ts
 * const described = (name, dims) => ({ name, dtype: "float32", dims });
 * const model = { inputs: [described("x", ["batch", 2])], outputs: [described("y", ["batch", 3])] };
 * const given = (size) => tensor("float32", new Float32Array(2 * size), [2, size]);
 * shapeFlaws(model, { x: given(2) }, { y: given(3) }); // => []
 * shapeFlaws(model, { x: given(2) }, { y: given(4) }); // => ["the output y is declared as [batch, 3], and has the shape [2, 4] where batch = 2"]
 * ```
 */
export function shapeFlaws(
  { inputs, outputs }: ModelInterface,
  feeds: Readonly<Record<string, Tensor>>,
  results: Readonly<Record<string, Tensor>>,
): string[] {
  const sizes = new Map<string, number>();
  for (const { name, dims } of inputs) bind(dims, feeds[name]?.dims, sizes);
  return outputs.flatMap(({ name, dims }) => {
    const real = results[name]?.dims;
    if (!real) return [`the output ${name} is missing`];
    if (fits(dims, real, sizes)) return [];
    const said = [...sizes].map(([axis, size]) => `${axis} = ${size}`).join(", ");
    const where = said === "" ? "" : ` where ${said}`;
    return [
      `the output ${name} is declared as ${describeDims(dims)}, and has the shape [${real.join(", ")}]${where}`,
    ];
  });
}

function bind(
  declared: ValueDescription["dims"],
  real: readonly number[] | undefined,
  sizes: Map<string, number>,
): void {
  declared?.forEach((dim, axis) => {
    const size = real?.[axis];
    if (typeof dim === "string" && size !== undefined) sizes.set(dim, size);
  });
}

function fits(
  declared: ValueDescription["dims"],
  real: readonly number[],
  sizes: ReadonlyMap<string, number>,
): boolean {
  if (!declared || declared.length !== real.length) return false;
  return declared.every((dim, axis) => {
    if (typeof dim === "number") return dim === real[axis];
    // Of some sizes only the layer knows what they come to.
    const known = dim === null ? null : sizeOfFormula(dim, sizes);
    return known === null || known === real[axis];
  });
}
