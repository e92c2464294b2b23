import type { LayerConverter } from "../layer-converter.js";
import { transpose } from "../operators/index.js";

/** The axes behind the batch in another order, counted from 1. */
export const permute: LayerConverter = {
  takesIntegers: true,
  convert(layer) {
    const dims = layer.config.integers("dims") ?? [];
    const x = layer.inputOfRank(dims.length + 1);
    if (dims.toSorted((a, b) => a - b).some((axis, i) => axis !== i + 1)) {
      throw layer.refusal(
        "E_LAYER_CONFIG",
        `has dims [${dims.join(", ")}]`,
        `1 to ${dims.length} in some order`,
      );
    }
    return transpose(layer, x, [0, ...dims]);
  },
};
