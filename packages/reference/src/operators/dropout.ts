import type { Call, Operators } from "../call.js";
import { allocate, type Value } from "../value.js";

/** The identity, and a mask of what was kept: everything. */
function inference(call: Call): Value[] {
  const x = call.input(0);
  return [x, { dtype: "bool", dims: x.dims, data: allocate("bool", x.data.length).fill(1) }];
}

/** Since opset 12 a third input asks for training, whose masks are random: that is refused unless the ratio is 0. */
function maybeTraining(call: Call): Value[] {
  const training = call.optional(2)?.data[0] === 1;
  const ratio = call.maybeNumbers(1)?.[0] ?? 0.5;
  if (training && ratio !== 0) call.refuse("its random mask is the runtime's own", "E_NODE_RANDOM");
  return inference(call);
}

export const dropout: Operators = { Dropout: { 7: inference, 12: maybeTraining } };
