/** How operators make the shapes of their outputs: one rule for all that differ by a function of elements alone. */

import { elementwise } from "./rules/elementwise.js";
import { linear } from "./rules/linear.js";
import { movement } from "./rules/movement.js";
import { reductions } from "./rules/reductions.js";
import { windows } from "./rules/windows.js";
import type { ShapeRule } from "./shape-call.js";

/** By operator of the standard set. */
export const shapeRules: Readonly<Record<string, ShapeRule>> = {
  ...elementwise,
  ...linear,
  ...movement,
  ...reductions,
  ...windows,
};
