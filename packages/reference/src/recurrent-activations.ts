/** The activation functions that recurrent networks name in attributes. */
import type { Call } from "./call.js";

export type Activation = (x: number) => number;

const sigmoid = (x: number) => 1 / (1 + Math.exp(-x));

/** By lower-case name, given alpha and beta; the defaults are those of the operators of these names. */
const activations: Readonly<Record<string, (alpha?: number, beta?: number) => Activation>> = {
  affine:
    (alpha = 1, beta = 0) =>
    (x) =>
      alpha * x + beta,
  elu:
    (alpha = 1) =>
    (x) =>
      x < 0 ? alpha * Math.expm1(x) : x,
  hardsigmoid:
    (alpha = Math.fround(0.2), beta = 0.5) =>
    (x) =>
      Math.max(0, Math.min(1, alpha * x + beta)),
  leakyrelu:
    (alpha = Math.fround(0.01)) =>
    (x) =>
      x < 0 ? alpha * x : x,
  relu: () => (x) => Math.max(0, x),
  scaledtanh:
    (alpha = 1, beta = 1) =>
    (x) =>
      alpha * Math.tanh(beta * x),
  sigmoid: () => sigmoid,
  softplus: () => (x) => Math.max(x, 0) + Math.log1p(Math.exp(-Math.abs(x))),
  softsign: () => (x) => x / (1 + Math.abs(x)),
  tanh: () => Math.tanh,
  thresholdedrelu:
    (alpha = 1) =>
    (x) =>
      x > alpha ? x : 0,
};

/** Which of them take alpha and beta from the node's lists. */
const takes: Readonly<Record<string, number>> = {
  affine: 2,
  elu: 1,
  hardsigmoid: 2,
  leakyrelu: 1,
  scaledtanh: 2,
  thresholdedrelu: 1,
};

/** The functions of each direction, with the clipping of their arguments that the node asks for. */
export function activationsOf(call: Call, defaults: readonly string[], directions: number): Activation[][] {
  const names = call.strings("activations") ?? Array.from({ length: directions }, () => defaults).flat();
  const [alphas, betas] = [call.floatList("activation_alpha") ?? [], call.floatList("activation_beta") ?? []];
  const clip = call.has("clip") ? call.float("clip", 0) : Number.POSITIVE_INFINITY;
  let [alphaAt, betaAt] = [0, 0];
  const functions = names.map((name) => {
    const key = name.toLowerCase();
    const make = activations[key] ?? call.refuse(`it knows no activation ${name}`, "E_NODE_ATTRIBUTE");
    const count = takes[key] ?? 0;
    const f = make(count > 0 ? alphas[alphaAt++] : undefined, count > 1 ? betas[betaAt++] : undefined);
    return Number.isFinite(clip) ? (x: number) => f(Math.max(-clip, Math.min(clip, x))) : f;
  });
  return Array.from({ length: directions }, (_, d) =>
    functions.slice(d * defaults.length, (d + 1) * defaults.length),
  );
}
