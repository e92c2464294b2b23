import { tensor } from "@congruent/core";
import type { LayerCall } from "../layer-call.js";
import { type LayerConverter, passMask } from "../layer-converter.js";
import { transpose } from "../operators/index.js";

/** With the moving averages, as a model predicts. */
export const batchNormalization: LayerConverter = {
  mask: passMask,
  convert(layer) {
    const x = layer.input;
    const rank = x.shape.length;
    const given = layer.config.integers("axis") ?? [-1];
    const [axis = -1] = given.map((each) => (each < 0 ? each + rank : each));
    if (given.length !== 1 || axis < 1 || axis >= rank) {
      throw layer.refusal(
        "E_LAYER_CONFIG",
        `has axis ${JSON.stringify(given)}`,
        `one axis of 1 to ${rank - 1}`,
      );
    }
    layer.config.ignore("momentum", "synchronized", "renorm_momentum");
    layer.config.only("renorm", [false], "tfjs does not know it");
    layer.config.only("virtual_batch_size", [], "tfjs does not know it");
    layer.config.ignore("fused");
    const size = layer.knownSize(x, axis);
    const parameters = [
      layer.config.boolean("scale", true) ? layer.weight("gamma", [size]) : filled(layer, "gamma", size, 1),
      layer.config.boolean("center", true) ? layer.weight("beta", [size]) : filled(layer, "beta", size, 0),
      layer.weight("moving_mean", [size]),
      layer.weight("moving_variance", [size]),
    ];
    // ONNX normalizes axis 1.
    const others = x.shape.map((_, i) => i).filter((i) => i !== 0 && i !== axis);
    const forth = [0, axis, ...others];
    const back = forth.map((_, place) => forth.indexOf(place));
    const y = layer.node("BatchNormalization", [transpose(layer, x, forth), ...parameters], {
      attributes: { epsilon: layer.config.number("epsilon", 1e-3) },
    });
    return transpose(layer, y, back);
  },
};

function filled(layer: LayerCall, name: string, size: number, value: number) {
  return layer.constant(name, tensor("float32", new Float32Array(size).fill(value), [size]));
}
