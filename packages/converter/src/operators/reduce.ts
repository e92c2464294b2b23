import type { LayerCall } from "../layer-call.js";
import type { GraphValue } from "../value.js";

/** Since which operator set a reduction takes its axes as an input. */
const AXES_AS_INPUT: Readonly<Record<string, number>> = { ReduceSum: 13 };
const DEFAULT = 18;

/** A reduction such as ReduceMean over some axes, counted from 0. */
export function reduce(
  layer: LayerCall,
  opType: string,
  x: GraphValue,
  axes: readonly number[],
  keepDims: boolean,
): GraphValue {
  const shape = x.shape.flatMap((size, axis) => {
    if (!axes.includes(axis)) return [size];
    return keepDims ? [1] : [];
  });
  const keepdims = keepDims ? 1n : 0n;
  if (layer.opset >= (AXES_AS_INPUT[opType] ?? DEFAULT)) {
    return layer.node(opType, [x, layer.integers("axes", axes)], { shape, attributes: { keepdims } });
  }
  return layer.node(opType, [x], { shape, attributes: { axes: axes.map(BigInt), keepdims } });
}
