import { type LayerConverter, resizeTo } from "@congruent/converter";

export const resizeBilinear: LayerConverter = {
  convert(layer) {
    const size = [layer.config.count("height"), layer.config.count("width")] as const;
    return resizeTo(layer, layer.inputOfRank(4), size, {
      interpolation: "bilinear",
      coordinates: "half_pixel",
    });
  },
};
