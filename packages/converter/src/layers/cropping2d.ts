import { sidesOf } from "../families/sides.js";
import { dataFormat } from "../families/windows.js";
import type { LayerConverter } from "../layer-converter.js";
import { slice } from "../operators/index.js";

/** Without what height and width have at their ends. */
export const cropping2d: LayerConverter = {
  convert(layer) {
    const x = layer.inputOfRank(4);
    const first = dataFormat(layer) === "channels_last" ? 1 : 2;
    const cuts = sidesOf(layer, "cropping", [0, 0]).map(([begin, end], i) => ({
      axis: first + i,
      begin,
      end,
    }));
    for (const { axis, begin, end } of cuts) {
      const size = x.shape[axis];
      if (typeof size === "number" && size <= begin + end) {
        throw layer.refusal(
          "E_LAYER_INPUT",
          `cuts ${begin + end} off an axis of ${size}`,
          "something that stays",
        );
      }
    }
    return slice(layer, x, cuts);
  },
};
