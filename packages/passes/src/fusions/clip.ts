import type { Fusion } from "./fusion.js";
import { either, node, number, value } from "./pattern.js";

const x = value("x");

/** Two limits, one within the other. */
export const clip: Fusion = {
  operator: "Clip",
  since: 12,
  pattern: either(
    node("Min", [node("Max", [x, number("low")]), number("high")]),
    node("Max", [node("Min", [x, number("high")]), number("low")]),
  ),
  holds: ({ numbers }) => (numbers.get("low") as number) <= (numbers.get("high") as number),
  inputs: ({ numbers }) => ["x", numbers.get("low") as number, numbers.get("high") as number],
};

/** A Relu with an upper limit. */
export const limitedRelu: Fusion = {
  operator: "Clip",
  since: 12,
  pattern: either(
    node("Min", [node("Relu", [x]), number("high")]),
    node("Relu", [node("Min", [x, number("high")])]),
    node("Clip", [node("Relu", [x]), number(0), number("high")]),
  ),
  holds: ({ numbers }) => (numbers.get("high") as number) >= 0,
  inputs: ({ numbers }) => ["x", 0, numbers.get("high") as number],
};
