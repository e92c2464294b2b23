import type { LayerCall } from "../layer-call.js";
import type { GraphValue } from "../value.js";

/** The size of an axis of a value, which may be known only when the model runs. */
export interface SizeOf {
  of: GraphValue;
  axis: number;
}

/** A shape as an operator takes it: a list of int64. It is constant where all sizes are known. */
export function shapeVector(layer: LayerCall, sizes: readonly (number | SizeOf)[]): GraphValue {
  const parts: (number[] | SizeOf)[] = [];
  for (const size of sizes) {
    const known = typeof size === "number" ? size : size.of.shape[size.axis];
    const last = parts.at(-1);
    if (typeof known !== "number") parts.push(size as SizeOf);
    else if (Array.isArray(last)) last.push(known);
    else parts.push([known]);
  }
  const vectors = parts.map((part) =>
    Array.isArray(part) ? layer.integers("sizes", part) : sizeWhenRun(layer, part),
  );
  const [only] = vectors;
  if (vectors.length === 1 && only) return only;
  return layer.node("Concat", vectors, { shape: [sizes.length], attributes: { axis: 0n } });
}

function sizeWhenRun(layer: LayerCall, { of, axis }: SizeOf): GraphValue {
  const shape = layer.node("Shape", [of], { shape: [of.shape.length], dtype: "int64" });
  const bounds = [layer.integers("starts", [axis]), layer.integers("ends", [axis + 1])];
  return layer.node("Slice", [shape, ...bounds], { shape: [1] });
}
