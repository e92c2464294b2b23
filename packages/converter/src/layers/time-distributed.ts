import { type Dimension, times } from "../dimensions.js";
import type { LayerCall } from "../layer-call.js";
import { type LayerConverter, passMask } from "../layer-converter.js";
import { layerSpec } from "../model/layer-spec.js";
import { shapeVector } from "../operators/index.js";
import type { GraphValue } from "../value.js";

/** A layer for each element of the time: all elements of all samples as one batch. */
export const timeDistributed: LayerConverter = {
  mask: passMask,
  takesIntegers: true,
  convert(layer) {
    const spec = layerSpec(layer.config.value("layer"), `the layer of ${layer.place}`);
    const x = layer.input;
    if (x.shape.length < 3) {
      throw layer.refusal(
        "E_LAYER_INPUT",
        `is called on an input of shape [${x.shape.join(", ")}]`,
        "at least 3 axes: batch, time, features",
      );
    }
    const [batch = 1, time = 1] = x.shape;
    const outputs = layer.convertInner(spec, [folded(layer, x)]);
    const [y] = outputs;
    if (outputs.length !== 1 || !y) {
      throw layer.refusal("E_LAYER_CONFIG", `holds a layer of ${outputs.length} outputs`, "one output");
    }
    const rest = sizesOf(y).slice(1);
    const sizes = [typeof batch === "number" ? batch : -1, { of: x, axis: 1 }, ...rest];
    const shape = [batch, time, ...y.shape.slice(1)];
    return layer.node("Reshape", [y, shapeVector(layer, sizes)], { shape });
  },
};

function folded(layer: LayerCall, x: GraphValue): GraphValue {
  const [batch = 1, time = 1, ...rest] = x.shape;
  const sizes = [
    typeof batch === "number" && typeof time === "number" ? batch * time : -1,
    ...sizesOf(x).slice(2),
  ];
  return layer.node("Reshape", [x, shapeVector(layer, sizes)], { shape: [product(batch, time), ...rest] });
}

function product(a: Dimension, b: Dimension): Dimension {
  if (typeof b === "number") return times(a, b);
  return typeof a === "number" ? times(b, a) : `${a}*${b}`;
}

const sizesOf = (x: GraphValue) => x.shape.map((_, axis) => ({ of: x, axis }));
