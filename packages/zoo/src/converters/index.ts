import { layerConverters } from "@congruent/converter";
import { layerNorm } from "./layer-norm.js";
import { multiHeadAttention } from "./multi-head-attention.js";
import { positionalEncoding } from "./positional-encoding.js";
import { resizeBilinear } from "./resize-bilinear.js";

/** How the zoo's own layers become ONNX nodes: the option `layers` of `convertLayersModel`. */
export const zooConverters = layerConverters({
  LayerNorm: layerNorm,
  MultiHeadAttention: multiHeadAttention,
  PositionalEncoding: positionalEncoding,
  ResizeBilinear: resizeBilinear,
});
