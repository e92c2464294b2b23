import { tensor } from "@congruent/core";
import type { LayerConverter } from "../layer-converter.js";
import { cast } from "../operators/index.js";

/** A row of a table for each whole number; `mask_zero` masks the zeros among them. */
export const embedding: LayerConverter = {
  takesIntegers: true,
  convert(layer) {
    const x = layer.input;
    const [rows, columns] = [layer.config.count("input_dim"), layer.config.count("output_dim")];
    const lengths = layer.config.value("input_length");
    const expected = lengths === undefined ? [] : [lengths].flat();
    const fits = expected.every((size, i) => {
      const have = x.shape[i + 1];
      return size === null || typeof have === "string" || size === have;
    });
    if (!fits || (expected.length > 0 && expected.length !== x.shape.length - 1)) {
      throw layer.refusal(
        "E_LAYER_INPUT",
        `is called on an input of shape [${x.shape.join(", ")}]`,
        `input_length ${JSON.stringify(lengths)}`,
      );
    }
    const table = layer.weight("embeddings", [rows, columns]);
    const shape = [...x.shape, columns];
    return layer.node("Gather", [table, cast(layer, x, "int32")], { shape, dtype: "float32" });
  },
  mask(layer) {
    if (!layer.config.boolean("mask_zero", false)) return null;
    const x = layer.input.dtype === "bool" ? cast(layer, layer.input, "int32") : layer.input;
    const zero = layer.constant(
      "zero",
      x.dtype === "int32" ? tensor("int32", Int32Array.of(0), []) : tensor("float32", Float32Array.of(0), []),
    );
    return layer.node("Not", [layer.node("Equal", [x, zero], { dtype: "bool" })]);
  },
};
