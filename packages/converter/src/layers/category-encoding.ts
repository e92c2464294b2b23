import { tensor } from "@congruent/core";
import type { LayerConverter } from "../layer-converter.js";
import { cast, reduce } from "../operators/index.js";

/** How the numbers of each row are counted: whether each token is there, or how often. */
const MODES = { multi_hot: "ReduceMax", one_hot: "ReduceMax", count: "ReduceSum" } as const;

/** Whole numbers below `num_tokens` as vectors. */
export const categoryEncoding: LayerConverter = {
  takesIntegers: true,
  convert(layer) {
    const x = layer.inputOfRank(2);
    const tokens = layer.config.count("num_tokens");
    const mode = layer.config.word("output_mode", ["multi_hot", "one_hot", "count"], "multi_hot");
    if (mode === "one_hot" && x.shape[1] !== 1) {
      throw layer.refusal(
        "E_LAYER_INPUT",
        `encodes [${x.shape.join(", ")}] one by one`,
        "one number in each row",
      );
    }
    layer.config.only("sparse", [false], "tfjs does not know it");
    const [batch = 1, length = 1] = x.shape;
    const depth = layer.integers("num_tokens", [tokens]);
    const values = layer.constant("off_on", tensor("float32", Float32Array.of(0, 1), [2]));
    // What is not whole is cut off, as tfjs does.
    const hot = layer.node("OneHot", [cast(layer, x, "int64"), depth, values], {
      shape: [batch, length, tokens],
      dtype: "float32",
      attributes: { axis: -1n },
    });
    return reduce(layer, MODES[mode], hot, [1], false);
  },
};
