import { sizeOf } from "@congruent/core";
import type { LayerConverter } from "../layer-converter.js";
import { toChannelsLast } from "../operators/index.js";

/** All axes but the batch as one, channels last. */
export const flatten: LayerConverter = {
  takesIntegers: true,
  convert(layer) {
    const format = layer.config.word("data_format", ["channels_last", "channels_first"], "channels_last");
    const x = format === "channels_first" ? toChannelsLast(layer, layer.input) : layer.input;
    const sizes = x.shape.slice(1).map((_, i) => layer.knownSize(x, i + 1));
    const [batch = 1] = x.shape;
    return layer.node("Flatten", [x], { shape: [batch, sizeOf(sizes)], attributes: { axis: 1n } });
  },
};
