import type { Call, Operators } from "../call.js";
import { splitAtAxis } from "../shapes.js";
import { allocate, like, type Value } from "../value.js";

/** −weight · log probability of the right class; by `reduction` their mean (by weight), their sum, or each. */
function likelihood(call: Call, logs: Value): Value {
  const target = call.input(1);
  const weights = call.optional(2)?.data as Float64Array | undefined;
  const ignored = call.has("ignore_index") ? call.int("ignore_index", 0) : undefined;
  const { outer, size, inner } = splitAtAxis(logs.dims, 1);
  const losses = allocate("float64", outer * inner);
  let [sum, total] = [0, 0];
  for (let k = 0; k < losses.length; k++) {
    const label = Number(target.data[k]);
    if (label === ignored) continue;
    if (label < 0 || label >= size) call.refuse(`label ${label} is none of ${size} classes`, "E_NODE_VALUE");
    const weight = weights?.[label] ?? 1;
    const at = (Math.floor(k / inner) * size + label) * inner + (k % inner);
    losses[k] = -weight * (logs.data[at] as number);
    sum += losses[k] as number;
    total += weight;
  }
  const reduction = call.string("reduction", "mean");
  if (reduction === "none") return like(logs, losses, target.dims);
  return like(logs, Float64Array.of(reduction === "sum" ? sum : sum / total), []);
}

function logSoftmax(x: Value): Value {
  const { outer, size, inner } = splitAtAxis(x.dims, 1);
  const data = x.data.slice() as Float64Array;
  for (let line = 0; line < outer * inner; line++) {
    const begin = Math.floor(line / inner) * size * inner + (line % inner);
    let most = Number.NEGATIVE_INFINITY;
    for (let k = 0; k < size; k++) most = Math.max(most, data[begin + k * inner] as number);
    let sum = 0;
    for (let k = 0; k < size; k++) sum += Math.exp((data[begin + k * inner] as number) - most);
    const shift = most + Math.log(sum);
    for (let k = 0; k < size; k++) data[begin + k * inner] = (data[begin + k * inner] as number) - shift;
  }
  return like(x, data);
}

function crossEntropy(call: Call): Value[] {
  const logs = logSoftmax(call.floats(0) as Value);
  return [likelihood(call, logs), logs];
}

/** Losses of classifiers. */
export const loss: Operators = {
  NegativeLogLikelihoodLoss: { 12: (call) => [likelihood(call, call.floats(0) as Value)] },
  SoftmaxCrossEntropyLoss: { 12: crossEntropy },
};
