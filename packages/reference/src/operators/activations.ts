import type { Call, Operators } from "../call.js";
import { activation, mapData, zip } from "../elementwise.js";
import { erf } from "../erf.js";
import type { Value } from "../value.js";

const sigmoid = (x: number) => (x < 0 ? Math.exp(x) / (1 + Math.exp(x)) : 1 / (1 + Math.exp(-x)));
/** log(1 + e^x) without overflow. */
const softplus = (x: number) => Math.max(x, 0) + Math.log1p(Math.exp(-Math.abs(x)));
const hardSigmoid = (alpha: number, beta: number) => (x: number) =>
  Math.max(0, Math.min(1, alpha * x + beta));
const geluTanh = (x: number) => 0.5 * x * (1 + Math.tanh(Math.sqrt(2 / Math.PI) * (x + 0.044715 * x ** 3)));
const gelu = (x: number) => 0.5 * x * (1 + erf(x / Math.SQRT2));

function celu(call: Call) {
  const alpha = call.float("alpha", 1);
  return (x: number) => Math.max(0, x) + Math.min(0, alpha * Math.expm1(x / alpha));
}

function elu(call: Call) {
  const alpha = call.float("alpha", 1);
  return (x: number) => (x < 0 ? alpha * Math.expm1(x) : x);
}

function leakyRelu(call: Call) {
  const alpha = call.float("alpha", 0.01);
  return (x: number) => (x < 0 ? alpha * x : x);
}

function selu(call: Call) {
  const alpha = call.float("alpha", 1.6732631921768188);
  const gamma = call.float("gamma", 1.0507010221481323);
  return (x: number) => gamma * (x > 0 ? x : alpha * Math.expm1(x));
}

function thresholdedRelu(call: Call) {
  const alpha = call.float("alpha", 1);
  return (x: number) => (x > alpha ? x : 0);
}

function swish(call: Call) {
  const alpha = call.float("alpha", 1);
  return (x: number) => x * sigmoid(alpha * x);
}

function shrink(call: Call): Value[] {
  const [lambda, bias] = [call.float("lambd", 0.5), call.float("bias", 0)];
  const x = call.input(0);
  const shrunk = (each: number) => (each < -lambda ? each + bias : each > lambda ? each - bias : 0);
  return [{ ...x, data: mapData(x.data, x.dtype, shrunk) }];
}

function pRelu(call: Call): Value[] {
  const x = call.input(0);
  const zero = typeof x.data[0] === "bigint" ? 0n : 0;
  return [
    zip<number, number>(x, call.input(1), x.dtype, (each, slope) => (each < zero ? slope * each : each)),
  ];
}

/** Smooth and broken-linear functions between a network's layers. */
export const activations: Operators = {
  Celu: { 12: activation(celu) },
  Elu: { 6: activation(elu) },
  Gelu: { 20: activation((call) => (call.string("approximate", "none") === "tanh" ? geluTanh : gelu)) },
  HardSigmoid: {
    6: activation((call) => hardSigmoid(call.float("alpha", 0.2), call.float("beta", 0.5))),
  },
  HardSwish: {
    14: activation(() => {
      const gate = hardSigmoid(1 / 6, 0.5);
      return (x) => x * gate(x);
    }),
  },
  LeakyRelu: { 6: activation(leakyRelu) },
  Mish: { 18: activation(() => (x) => x * Math.tanh(softplus(x))) },
  PRelu: { 7: pRelu },
  Selu: { 6: activation(selu) },
  Shrink: { 9: shrink },
  Sigmoid: { 6: activation(() => sigmoid) },
  Softplus: { 1: activation(() => softplus) },
  Softsign: { 1: activation(() => (x) => x / (1 + Math.abs(x))) },
  Swish: { 24: activation(swish) },
  ThresholdedRelu: { 10: activation(thresholdedRelu) },
};
