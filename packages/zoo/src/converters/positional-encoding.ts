import { elementwise, type LayerConverter } from "@congruent/converter";
import { tensor } from "@congruent/core";
import { sinusoids } from "../layers/positional-encoding.js";

export const positionalEncoding: LayerConverter = {
  convert(layer) {
    const x = layer.inputOfRank(3);
    const size = [layer.knownSize(x, 1), layer.knownSize(x, 2)] as const;
    const positions = layer.derivedWeight("positions", () => tensor("float32", sinusoids(...size), size));
    return elementwise(layer, "Add", x, positions);
  },
};
