import { type LayerConverter, passMask } from "../layer-converter.js";

/** A slope that was trained, for each position or shared along some axes. */
export const prelu: LayerConverter = {
  mask: passMask,
  convert(layer) {
    const x = layer.input;
    const shared = layer.config.integers("shared_axes") ?? [];
    const shape = x.shape.slice(1).map((_, i) => (shared.includes(i + 1) ? 1 : layer.knownSize(x, i + 1)));
    return layer.node("PRelu", [x, layer.weight("alpha", shape)]);
  },
};
