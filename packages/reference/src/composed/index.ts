/** Operators that are written with others. */
import { activations } from "./activations.js";
import { attentions } from "./attention.js";
import type { Composition } from "./composer.js";
import { dynamicQuantizeLSTM } from "./dynamic-quantize-lstm.js";
import { fused } from "./fused.js";
import { integerProducts } from "./integer-products.js";
import { normalizations, simplifiedLayerNormalization } from "./normalizations.js";
import { quantized } from "./quantized.js";
import { microsoftRotary, standardRotary } from "./rotary.js";
import { standardAttention } from "./standard-attention.js";

/** By domain, the standard's "", and operator. */
export const compositions: Readonly<Record<string, Readonly<Record<string, Composition>>>> = {
  "": {
    Attention: standardAttention,
    RotaryEmbedding: standardRotary,
    SimplifiedLayerNormalization: simplifiedLayerNormalization,
  },
  "com.microsoft": {
    ...activations,
    ...attentions,
    ...dynamicQuantizeLSTM,
    ...fused,
    ...integerProducts,
    ...normalizations,
    ...quantized,
    RotaryEmbedding: microsoftRotary,
  },
};
