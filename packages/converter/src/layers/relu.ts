import { type LayerConverter, passMask } from "../layer-converter.js";

export const relu: LayerConverter = {
  mask: passMask,
  convert(layer) {
    const most = layer.config.value("max_value") === undefined ? null : layer.config.number("max_value");
    layer.config.only("negative_slope", [0, [0]], "tfjs does not know it");
    layer.config.only("threshold", [0, [0]], "tfjs does not know it");
    if (most === null) return layer.node("Relu", [layer.input]);
    if (most < 0) throw layer.refusal("E_LAYER_CONFIG", `has max_value ${most}`, "at least 0");
    return layer.node("Clip", [layer.input, layer.scalar("least", 0), layer.scalar("most", most)]);
  },
};
