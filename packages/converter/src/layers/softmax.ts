import type { LayerConverter } from "../layer-converter.js";
import { reduce } from "../operators/index.js";

/** Along one axis, or along several together. */
export const softmax: LayerConverter = {
  convert(layer) {
    const x = layer.input;
    const rank = x.shape.length;
    const given = layer.config.integers("axis") ?? [1];
    const axes = given.map((axis) => (axis < 0 ? axis + rank : axis));
    if (axes.length === 0 || axes.some((axis) => axis < 0 || axis >= rank)) {
      throw layer.refusal("E_LAYER_CONFIG", `has axis ${JSON.stringify(given)}`, `axes of 0 to ${rank - 1}`);
    }
    const [axis = 0] = axes;
    if (axes.length === 1) return layer.node("Softmax", [x], { attributes: { axis: BigInt(axis) } });
    const total = reduce(layer, "ReduceLogSumExp", x, axes, true);
    return layer.node("Exp", [layer.node("Sub", [x, total])]);
  },
};
