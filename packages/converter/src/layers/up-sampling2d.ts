import { dataFormat } from "../families/windows.js";
import type { LayerConverter } from "../layer-converter.js";
import { resizeBy, toChannelsFirst, toChannelsLast } from "../operators/index.js";

/** Rows and columns several times over, or interpolated between. The first pixels of both grids coincide. */
export const upSampling2d: LayerConverter = {
  convert(layer) {
    const given = layer.inputOfRank(4);
    const format = dataFormat(layer);
    const x = format === "channels_last" ? given : toChannelsLast(layer, given);
    const [height = 2, width = 2] = layer.config.counts("size", 2, [2]);
    const interpolation = layer.config.word("interpolation", ["nearest", "bilinear"], "nearest");
    const y = resizeBy(layer, x, [height, width], {
      interpolation,
      coordinates: "asymmetric",
      nearest: "floor",
    });
    return format === "channels_last" ? y : toChannelsFirst(layer, y);
  },
};
