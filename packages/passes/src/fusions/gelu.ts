import type { Fusion } from "./fusion.js";
import { either, node, number, type Pattern, value } from "./pattern.js";

const x = value("x");

/** A half of x times a factor, in whichever order it was written. */
function halfOf(factor: Pattern): Pattern {
  return either(
    node("Mul", [node("Mul", [x, factor]), number(0.5)]),
    node("Mul", [node("Mul", [x, number(0.5)]), factor]),
    node("Mul", [x, node("Mul", [factor, number(0.5)])]),
  );
}

const scaled = either(node("Div", [x, number(Math.SQRT2)]), node("Mul", [x, number(Math.SQRT1_2)]));
const cube = either(node("Pow", [x, number(3)]), node("Mul", [x, node("Mul", [x, x])]));
const series = node("Mul", [
  node("Add", [x, node("Mul", [cube, number(0.044715)])]),
  number(Math.sqrt(2 / Math.PI)),
]);

/** x · Φ(x), by the error function. */
export const gelu: Fusion = {
  operator: "Gelu",
  since: 20,
  pattern: halfOf(node("Add", [node("Erf", [scaled]), number(1)])),
};

/** Its approximation by tanh. */
export const geluByTanh: Fusion = {
  operator: "Gelu",
  since: 20,
  pattern: halfOf(node("Add", [node("Tanh", [series]), number(1)])),
  attributes: () => ({ approximate: "tanh" }),
};
