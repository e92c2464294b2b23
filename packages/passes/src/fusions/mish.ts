import type { Fusion } from "./fusion.js";
import { node, value } from "./pattern.js";

/** x · tanh(softplus(x)). */
export const mish: Fusion = {
  operator: "Mish",
  since: 18,
  pattern: node("Mul", [value("x"), node("Tanh", [node("Softplus", [value("x")])])]),
};
