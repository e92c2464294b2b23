import { makeNode, TensorProto_DataType as T } from "@congruent/onnx";
import type { Format } from "../format.js";
import { halfFlaw } from "../packing/half-flaw.js";
import { packWeights } from "../weights-format.js";

/** Half the size, and an error of at most one part in 2048 of each weight. A runtime turns the weights back when it loads the model. */
export const float16Weights: Format = {
  title: "stores weights in half precision",
  takes: "weights of float32",
  opset: 13,
  pass: (options, tally) =>
    packWeights(
      ({ name, value }, _, additions) => {
        const flaw = halfFlaw(name, value.data);
        if (flaw !== null) return flaw;
        const half = additions.add(`${name}/float16`, { ...value, dtype: "float16" });
        return [
          makeNode("Cast", [half], [name], { name: `${half}/widened`, attributes: { to: BigInt(T.FLOAT) } }),
        ];
      },
      options,
      tally,
    ),
};
