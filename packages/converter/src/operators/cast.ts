import type { DType } from "@congruent/core";
import { ONNX_DTYPES } from "@congruent/onnx";
import type { LayerCall } from "../layer-call.js";
import type { GraphValue } from "../value.js";

/** The value as another type; unchanged where it is of that type. */
export function cast(layer: LayerCall, x: GraphValue, dtype: DType): GraphValue {
  if (x.dtype === dtype) return x;
  return layer.node("Cast", [x], { dtype, attributes: { to: BigInt(ONNX_DTYPES[dtype]) } });
}
