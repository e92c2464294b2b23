import type { Scope } from "../scope.js";
import { namedAxes } from "../shapes/rules/reductions.js";
import type { Fusion } from "./fusion.js";
import { constant, either, node, number, type Pattern, value } from "./pattern.js";

/** The mean over the last axis, kept as an axis of size 1. */
function meanOf(given: Pattern): Pattern {
  return node("ReduceMean", [given], (facts, scope, made) => {
    const axes = namedAxes({ node: made, scope });
    const rank = scope.rank(made.input[0] ?? "");
    const last = axes?.length === 1 && (axes[0] === -1 || (rank !== undefined && axes[0] === rank - 1));
    return last && facts.int("keepdims", 1) === 1;
  });
}

const x = value("x");
const centered = node("Sub", [x, meanOf(x)]);
const squared = either(node("Pow", [centered, number(2)]), node("Mul", [centered, centered]));
const deviation = node("Sqrt", [node("Add", [meanOf(squared), number("epsilon")])]);
const normalized = either(
  node("Div", [centered, deviation]),
  node("Mul", [centered, node("Reciprocal", [deviation])]),
);

const scale = constant("scale");
/** As TensorFlow writes it. */
const scaledFirst = node("Mul", [centered, node("Mul", [node("Reciprocal", [deviation]), scale])]);

/** (x − mean) / √(variance + ε) · scale + bias over the last axis. */
export const layerNormalization: Fusion = {
  operator: "LayerNormalization",
  since: 17,
  pattern: node("Add", [either(node("Mul", [normalized, scale]), scaledFirst), constant("bias")]),
  holds: ({ values }, scope) => isPerFeature("scale", values, scope) && isPerFeature("bias", values, scope),
  inputs: () => ["x", "scale", "bias"],
  attributes: ({ numbers }) => ({ axis: -1n, epsilon: numbers.get("epsilon") as number }),
};

/** One number for each place of the last axis. */
function isPerFeature(key: string, values: ReadonlyMap<string, string>, scope: Scope): boolean {
  const size = scope.shape(values.get("x") ?? "")?.at(-1);
  const shape = scope.shape(values.get(key) ?? "");
  return typeof size === "number" && shape?.length === 1 && shape[0] === size;
}
