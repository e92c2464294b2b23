import type { LayerCall } from "../layer-call.js";
import type { LayerConverter } from "../layer-converter.js";
import { elementwise, reduce, squeeze, transpose, unsqueeze } from "../operators/index.js";
import type { GraphValue } from "../value.js";

/** tfjs' own smallest length of a vector that is normalized, squared. */
const EPSILON = 1e-7;

/** The products of two inputs along one axis of each, for every row of the batch. */
export const dot: LayerConverter = {
  convert(layer) {
    const [a, b, ...more] = layer.inputs;
    if (!a || !b || more.length > 0) {
      throw layer.refusal("E_LAYER_INPUT", `is called on ${layer.inputs.length} inputs`, "two inputs");
    }
    const axes = axesOf(layer, a, b);
    const normalize = layer.config.boolean("normalize", false);
    const [x, y] = [a, b].map((value, i) => (normalize ? unit(layer, value, axes[i] ?? 1) : value)) as [
      GraphValue,
      GraphValue,
    ];
    if (x.shape.length === 2 && y.shape.length === 2) {
      return reduce(layer, "ReduceSum", elementwise(layer, "Mul", x, y), [1], true);
    }
    // Rows of the first times columns of the second; a vector has one row, or one column.
    const left =
      x.shape.length === 2 ? unsqueeze(layer, x, [1]) : axes[0] === 2 ? x : transpose(layer, x, [0, 2, 1]);
    const right =
      y.shape.length === 2 ? unsqueeze(layer, y, [2]) : axes[1] === 1 ? y : transpose(layer, y, [0, 2, 1]);
    const [batch = 1, rows = 1] = left.shape;
    const product = layer.node("MatMul", [left, right], { shape: [batch, rows, right.shape[2] ?? 1] });
    if (x.shape.length === 2) return squeeze(layer, product, [1]);
    return y.shape.length === 2 ? squeeze(layer, product, [2]) : product;
  },
};

function axesOf(layer: LayerCall, a: GraphValue, b: GraphValue): [number, number] {
  const given = layer.config.integers("axes") ?? [];
  const pair = given.length === 1 ? [given[0], given[0]] : given;
  const axes = [a, b].map(({ shape }, i) => {
    const axis = pair[i] ?? 0;
    return axis < 0 ? axis + shape.length : axis;
  });
  const fits = [a, b].every(({ shape }, i) => {
    const axis = axes[i] ?? 0;
    return shape.length >= 2 && shape.length <= 3 && axis >= 1 && axis < shape.length;
  });
  const [first = 1, second = 1] = axes;
  if (!fits || pair.length !== 2 || a.shape[first] !== b.shape[second]) {
    throw layer.refusal(
      "E_LAYER_INPUT",
      `multiplies [${a.shape.join(", ")}] and [${b.shape.join(", ")}] along the axes ${JSON.stringify(given)}`,
      "two or three axes each, and the same size of one behind the batch",
    );
  }
  return [first, second];
}

/** Vectors of length 1 along an axis. */
function unit(layer: LayerCall, x: GraphValue, axis: number): GraphValue {
  const squares = reduce(layer, "ReduceSum", layer.node("Mul", [x, x]), [axis], true);
  const length = layer.node("Sqrt", [layer.node("Max", [squares, layer.scalar("epsilon", EPSILON)])]);
  return layer.node("Div", [x, length]);
}
