import { tensor } from "@congruent/core";
import type { LayerCall } from "../layer-call.js";
import type { LayerConverter } from "../layer-converter.js";
import { cast, reduce, squeeze } from "../operators/index.js";
import type { GraphValue } from "../value.js";

/** Masks the steps whose features are all one value, and sets them to zero. */
export const masking: LayerConverter = {
  takesIntegers: true,
  convert(layer) {
    const x = layer.input;
    return layer.node("Mul", [x, cast(layer, kept(layer), x.dtype)]);
  },
  mask: (layer) => squeeze(layer, cast(layer, kept(layer), "bool"), [layer.input.shape.length - 1]),
};

/** 1 where one of the last axis' values is another one, else 0; that axis stays, of size 1. */
function kept(layer: LayerCall): GraphValue {
  const x = cast(layer, layer.input, "float32");
  const value = layer.constant(
    "mask_value",
    tensor("float32", Float32Array.of(layer.config.number("mask_value", 0)), []),
  );
  const equal = layer.node("Equal", [x, value], { dtype: "bool" });
  const other = cast(layer, layer.node("Not", [equal]), "float32");
  return reduce(layer, "ReduceMax", other, [x.shape.length - 1], true);
}
