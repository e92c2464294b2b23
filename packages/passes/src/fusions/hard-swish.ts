import type { Fusion } from "./fusion.js";
import { either, node, number, value } from "./pattern.js";

const hardSigmoid = node(
  "HardSigmoid",
  [value("x")],
  (facts) => facts.float("alpha", 0.2) === Math.fround(1 / 6) && facts.float("beta", 0.5) === 0.5,
);
const relu6 = node("Clip", [node("Add", [value("x"), number(3)]), number(0), number(6)]);

/** x · hardSigmoid(x), also as PyTorch writes it: x · relu6(x + 3) / 6. */
export const hardSwish: Fusion = {
  operator: "HardSwish",
  since: 14,
  pattern: either(
    node("Mul", [value("x"), hardSigmoid]),
    node("Div", [node("Mul", [value("x"), relu6]), number(6)]),
    node("Mul", [value("x"), node("Div", [relu6, number(6)])]),
  ),
};
