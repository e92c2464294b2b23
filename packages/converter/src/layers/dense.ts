import { activate } from "../activations.js";
import { type LayerConverter, passMask } from "../layer-converter.js";
import { cast } from "../operators/index.js";

/** A matrix product over the last axis. */
export const dense: LayerConverter = {
  mask: passMask,
  takesIntegers: true,
  convert(layer) {
    const units = layer.config.count("units");
    const x = cast(layer, layer.input, "float32");
    const features = layer.knownSize(x, -1);
    const shape = [...x.shape.slice(0, -1), units];
    let y = layer.node("MatMul", [x, layer.weight("kernel", [features, units])], { shape });
    if (layer.config.boolean("use_bias", true)) y = layer.node("Add", [y, layer.weight("bias", [units])]);
    return activate(layer, y);
  },
};
