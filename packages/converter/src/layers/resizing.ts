import type { LayerConverter } from "../layer-converter.js";
import { resizeTo } from "../operators/index.js";

/** Images of a fixed size. tfjs lays the corner pixels of both grids on each other, which Keras' layer does not. */
export const resizing: LayerConverter = {
  convert(layer) {
    const x = layer.inputOfRank(4);
    const size = [layer.config.count("height"), layer.config.count("width")] as const;
    const interpolation = layer.config.word("interpolation", ["bilinear", "nearest"], "bilinear");
    layer.config.only("crop_to_aspect_ratio", [false], "tfjs does not crop");
    layer.config.only("pad_to_aspect_ratio", [false], "tfjs does not know it");
    layer.config.only("data_format", ["channels_last"], "tfjs does not know it");
    layer.config.ignore("fill_mode", "fill_value");
    return resizeTo(layer, x, size, {
      interpolation,
      coordinates: "align_corners",
      nearest: "round_prefer_ceil",
    });
  },
};
