import { broadcast, sameShape } from "../dimensions.js";
import type { LayerCall } from "../layer-call.js";
import type { LayerConverter } from "../layer-converter.js";
import { cast, reduce } from "../operators/index.js";
import type { GraphValue } from "../value.js";

/** What tfjs adds to the scores that a mask hides. */
const HIDDEN = -1e9;

/** Along one axis, or along several together. */
export const softmax: LayerConverter = {
  convert(layer) {
    const x = masked(layer, layer.input);
    const rank = x.shape.length;
    const given = layer.config.integers("axis") ?? [1];
    const axes = given.map((axis) => (axis < 0 ? axis + rank : axis));
    if (axes.length === 0 || axes.some((axis) => axis < 0 || axis >= rank)) {
      throw layer.refusal("E_LAYER_CONFIG", `has axis ${JSON.stringify(given)}`, `axes of 0 to ${rank - 1}`);
    }
    const [axis = 0] = axes;
    if (axes.length === 1) return layer.node("Softmax", [x], { attributes: { axis: BigInt(axis) } });
    const total = reduce(layer, "ReduceLogSumExp", x, axes, true);
    return layer.node("Exp", [layer.node("Sub", [x, total])]);
  },
};

function masked(layer: LayerCall, x: GraphValue): GraphValue {
  const { mask } = layer;
  if (mask === null) return x;
  const shape = broadcast(mask.shape, x.shape);
  if (!shape || !sameShape(shape, x.shape)) {
    throw layer.refusal(
      "E_LAYER_MASK",
      `is handed a mask of shape [${mask.shape.join(", ")}] for an input of shape [${x.shape.join(", ")}]`,
      "a mask that spreads over the input",
      "tfjs hands a Softmax the last mask that there was in the model, and fails: use the activation softmax of the layer before it",
    );
  }
  const hidden = layer.node("Sub", [layer.scalar("one", 1), cast(layer, mask, "float32")], {
    shape: mask.shape,
  });
  return layer.node("Add", [x, layer.node("Mul", [hidden, layer.scalar("hidden", HIDDEN)])]);
}
