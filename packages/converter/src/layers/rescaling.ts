import { tensor } from "@congruent/core";
import type { LayerCall } from "../layer-call.js";
import type { LayerConverter } from "../layer-converter.js";
import { cast, elementwise } from "../operators/index.js";

/** x · scale + offset; each is one number, or one for each channel. */
export const rescaling: LayerConverter = {
  takesIntegers: true,
  convert(layer) {
    const x = cast(layer, layer.input, "float32");
    const scaled = elementwise(layer, "Mul", x, numbers(layer, "scale"));
    return elementwise(layer, "Add", scaled, numbers(layer, "offset", 0));
  },
};

function numbers(layer: LayerCall, key: string, otherwise?: number) {
  const given = layer.config.value(key) ?? otherwise;
  const list: unknown[] = Array.isArray(given) ? given : [given];
  if (!list.every((value) => typeof value === "number" && Number.isFinite(value))) {
    throw layer.refusal(
      "E_LAYER_CONFIG",
      `has ${key} ${JSON.stringify(given ?? null)}`,
      "a number, or one for each channel",
    );
  }
  const dims = Array.isArray(given) ? [list.length] : [];
  return layer.constant(key, tensor("float32", Float32Array.from(list as number[]), dims));
}
