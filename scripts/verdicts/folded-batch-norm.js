/** A convolution before a batch normalization, folded and not: what right runtimes make of it where it cancels. */
import { tensor } from "../../packages/core/src/index.ts";
import {
  makeGraph,
  makeModel,
  makeNode,
  makeTensor,
  makeTensorValueInfo,
} from "../../packages/onnx/src/index.ts";
import { interpretWithBounds } from "../../packages/reference/src/index.ts";
import { ulpsBetween } from "./ulps.js";

const f = Math.fround;

/** One channel: the convolution's weight and bias, then the normalization's scale, bias, mean and variance, each a float32. */
export const PARAMETERS = { w: f(0.7), b: f(3), g: f(1.1), beta: f(0.2), mean: f(1000), variance: f(1e-3) };
export const EPSILON = 1e-5;

/** Inputs at which w · x + b lies within three standard deviations of the mean. */
export const INPUTS = Float32Array.from(
  { length: 16 },
  (_, i) => (997 + ((i - 7.5) / 7.5) * 3 * Math.sqrt(1e-3)) / 0.7,
);

const one = (name, x, dims) => makeTensor(name, tensor("float32", Float32Array.of(x), dims));

export function foldedBatchNorm() {
  const { w, b, g, beta, mean, variance } = PARAMETERS;
  const dims = [1, 1, 1, INPUTS.length];
  return makeModel(
    makeGraph(
      [
        makeNode("Conv", ["x", "w", "b"], ["c"]),
        makeNode("BatchNormalization", ["c", "g", "beta", "mean", "variance"], ["y"], {
          attributes: { epsilon: EPSILON },
        }),
      ],
      "folded-batch-norm",
      [makeTensorValueInfo("x", "float32", dims)],
      [makeTensorValueInfo("y", "float32", dims)],
      [
        one("w", w, [1, 1, 1, 1]),
        one("b", b, [1]),
        one("g", g, [1]),
        one("beta", beta, [1]),
        one("mean", mean, [1]),
        one("variance", variance, [1]),
      ],
    ),
    { opset: 17 },
  );
}

export const FEEDS = { x: tensor("float32", INPUTS, [1, 1, 1, INPUTS.length]) };

/** What the reference says: the values in double precision, and how far a right runtime may be from each. */
export function referenceOf() {
  const { outputs, bounds } = interpretWithBounds(foldedBatchNorm(), FEEDS);
  return { values: outputs.get("y").data, errors: bounds.get("y").errors };
}

/** a · b + c, rounded after each step, or once. */
const STEPS = {
  "each step rounded": (a, b, c) => f(f(a * b) + c),
  "fused multiply-add": (a, b, c) => f(a * b + c),
};

const { w, b, g, beta, mean, variance } = PARAMETERS;
const exact = g / Math.sqrt(variance + EPSILON);
const deviation = f(Math.sqrt(f(variance + f(EPSILON))));

/** Algorithms in float32, each a function of an input. */
export const ALGORITHMS = Object.fromEntries(
  Object.entries(STEPS).flatMap(([how, step]) => {
    const slope = f(g / deviation);
    const [weight, bias] = [f(w * slope), f(f(f(b - mean) * slope) + beta)];
    const inverse = f(1 / deviation);
    const both = f(inverse * g);
    const rest = f(beta - f(mean * both));
    const convolved = (x) => step(w, x, b);
    return [
      [`folded into the convolution, ${how}`, (x) => step(weight, x, bias)],
      [`after it, mean folded into the bias, ${how}`, (x) => step(convolved(x), both, rest)],
      [`after it, mean subtracted first, ${how}`, (x) => step(f(f(convolved(x) - mean) * inverse), g, beta)],
    ];
  }),
);

/** Folds that are wrong, in double precision. */
export const FAULTS = {
  "epsilon left out": (x) => ((w * x + b - mean) * g) / Math.sqrt(variance) + beta,
  "convolution's bias not scaled": (x) => (w * x - mean) * exact + b + beta,
  "convolution's bias left out": (x) => (w * x - mean) * exact + beta,
  "normalization's bias left out": (x) => (w * x + b - mean) * exact,
};

/** How far values are from the right ones: the element that takes the largest share of its bound, and the largest ULP of all. */
export function distanceOf(values, { values: right, errors }) {
  const shares = Array.from(values, (x, i) => Math.abs(x - right[i]) / errors[i]);
  return {
    worst: Math.max(...Array.from(values, (x, i) => Math.abs(x - right[i]))),
    share: Math.max(...shares),
    ulp: Math.max(...Array.from(values, (x, i) => ulpsBetween(x, right[i]))),
  };
}

/** The algorithms whose bits these values are, all of them. */
export function explains(values) {
  return Object.keys(ALGORITHMS).filter((name) =>
    INPUTS.every((x, i) => Object.is(ALGORITHMS[name](x), values[i])),
  );
}
