import type { LayerCall } from "../layer-call.js";
import { elementwise } from "../operators/index.js";
import type { GraphValue } from "../value.js";

/** One operator between the first two inputs, then the result and the third, as tfjs does. */
export const fold =
  (opType: string) =>
  (layer: LayerCall, [first, ...rest]: readonly GraphValue[]): GraphValue =>
    rest.reduce((sum, x) => elementwise(layer, opType, sum, x), first as GraphValue);
