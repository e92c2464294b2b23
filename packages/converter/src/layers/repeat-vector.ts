import type { LayerConverter } from "../layer-converter.js";
import { unsqueeze } from "../operators/index.js";

/** [batch, features] as [batch, n, features]. */
export const repeatVector: LayerConverter = {
  takesIntegers: true,
  convert(layer) {
    const n = layer.config.count("n");
    const x = layer.inputOfRank(2);
    const [batch = 1, features = 1] = x.shape;
    const repeats = layer.integers("repeats", [1, n, 1]);
    return layer.node("Tile", [unsqueeze(layer, x, [1]), repeats], { shape: [batch, n, features] });
  },
};
