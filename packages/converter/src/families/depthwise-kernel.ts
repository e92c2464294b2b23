import { tensor } from "@congruent/core";
import type { LayerCall } from "../layer-call.js";
import { permuted } from "../permuted.js";
import type { GraphValue } from "../value.js";

/** [height, width, channels, multiplier] as ONNX wants it for as many groups as channels: [channels · multiplier, 1, height, width]. */
export function depthwiseKernel(
  layer: LayerCall,
  name: string,
  [height = 1, width = 1]: readonly number[],
  channels: number,
  multiplier: number,
): GraphValue {
  return layer.derivedWeight(name, () => {
    const kernel = permuted(layer.weightTensor(name, [height, width, channels, multiplier]), [2, 3, 0, 1]);
    return tensor("float32", kernel.data, [channels * multiplier, 1, height, width]);
  });
}
