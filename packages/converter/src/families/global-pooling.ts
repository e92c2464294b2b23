import type { LayerConverter } from "../layer-converter.js";
import { reduce } from "../operators/index.js";
import { dataFormat } from "./windows.js";

/** One number for each channel, over so many axes of space. */
export function globalPooling(opType: "ReduceMean" | "ReduceMax", axes: number): LayerConverter {
  return {
    convert(layer) {
      const x = layer.inputOfRank(axes + 2);
      // tfjs' one-dimensional ones do not know the option.
      if (axes === 1) layer.config.only("data_format", ["channels_last"], "tfjs does not know it");
      const first = dataFormat(layer) === "channels_last" ? 1 : 2;
      layer.config.only("keepdims", [false], "tfjs does not know it");
      const space = Array.from({ length: axes }, (_, i) => first + i);
      return reduce(layer, opType, x, space, false);
    },
  };
}
