import { add } from "../dimensions.js";
import { sidesOf } from "../families/sides.js";
import { dataFormat } from "../families/windows.js";
import type { LayerConverter } from "../layer-converter.js";

/** Zeros around height and width. */
export const zeroPadding2d: LayerConverter = {
  convert(layer) {
    const x = layer.inputOfRank(4);
    const first = dataFormat(layer) === "channels_last" ? 1 : 2;
    const sides = sidesOf(layer, "padding", [1, 1]);
    const before = x.shape.map((_, axis) => sides[axis - first]?.[0] ?? 0);
    const behind = x.shape.map((_, axis) => sides[axis - first]?.[1] ?? 0);
    const shape = x.shape.map((size, axis) => add(size, (before[axis] ?? 0) + (behind[axis] ?? 0)));
    return layer.node("Pad", [x, layer.integers("pads", [...before, ...behind])], { shape });
  },
};
