import type { LayerCall } from "../layer-call.js";
import type { GraphValue } from "../value.js";

/** Equal parts along an axis of known size, counted from 0. */
export function split(layer: LayerCall, x: GraphValue, axis: number, parts: number): GraphValue[] {
  const size = layer.knownSize(x, axis) / parts;
  const shape = x.shape.map((each, i) => (i === axis ? size : each));
  const sizes = layer.integers("split", new Array<number>(parts).fill(size));
  const outputs = Array.from({ length: parts }, () => ({ shape, dtype: x.dtype }));
  return layer.nodes("Split", [x, sizes], outputs, { axis: BigInt(axis) });
}
