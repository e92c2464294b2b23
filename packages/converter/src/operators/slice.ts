import { add } from "../dimensions.js";
import type { LayerCall } from "../layer-call.js";
import type { GraphValue } from "../value.js";

/** What a slice leaves out of one axis. */
export interface Cut {
  axis: number;
  /** Elements left out before. */
  begin: number;
  /** Elements left out after. */
  end: number;
}

const TO_THE_END = 2 ** 31 - 1;

/** The value without what some axes lose at their ends. */
export function slice(layer: LayerCall, x: GraphValue, cuts: readonly Cut[]): GraphValue {
  const real = cuts.filter(({ begin, end }) => begin !== 0 || end !== 0);
  if (real.length === 0) return x;
  const shape = [...x.shape];
  for (const { axis, begin, end } of real) shape[axis] = add(shape[axis] ?? 0, -begin - end);
  const inputs = [
    layer.integers(
      "starts",
      real.map(({ begin }) => begin),
    ),
    layer.integers(
      "ends",
      real.map(({ end }) => (end === 0 ? TO_THE_END : -end)),
    ),
    layer.integers(
      "axes",
      real.map(({ axis }) => axis),
    ),
  ];
  return layer.node("Slice", [x, ...inputs], { shape });
}
