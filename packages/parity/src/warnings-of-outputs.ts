import type { Batching } from "@congruent/core";
import { describeDims, type ValueDescription } from "@congruent/onnx";
import type { Tensors } from "./runner.js";

/**
 * A sentence for each output whose shape is another one than the file declares. ONNX Runtime computes it all the same.
 *
 * @example
 * ```ts
 * const declared = [{ name: "y", dtype: "float32", dims: [1, "length"] }];
 * const y = tensor("float32", new Float32Array(16), [8, 1, 2]);
 * warningsOfOutputs({ y }, declared, { mode: "once" });
 * // => ["the output y is declared as [1, length], and has the shape [8, 1, 2]"]
 * ```
 */
export function warningsOfOutputs(
  outputs: Tensors,
  declared: readonly ValueDescription[],
  batching: Batching,
): string[] {
  return declared.flatMap(({ name, dims }) => {
    const real = outputs[name]?.dims;
    if (!real || !dims) return [];
    // Joined from several runs, the first axis is that of all of them.
    const joined = batching.mode !== "once";
    const fits =
      real.length === dims.length &&
      dims.every((dim, axis) => typeof dim !== "number" || (joined && axis === 0) || dim === real[axis]);
    return fits
      ? []
      : [`the output ${name} is declared as ${describeDims(dims)}, and has the shape [${real.join(", ")}]`];
  });
}
