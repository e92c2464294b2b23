import type { Fusion } from "./fusion.js";
import { node, value } from "./pattern.js";

/** x · sigmoid(x). */
export const swish: Fusion = {
  operator: "Swish",
  since: 24,
  pattern: node("Mul", [value("x"), node("Sigmoid", [value("x")])]),
};
