/** Interpolation along one axis at a time: Resize's modes, as weights of a few neighbors for each output element. */
import { splitAtAxis } from "./shapes.js";
import { allocate, like, type Value } from "./value.js";

export interface Interpolation {
  /** nearest, linear or cubic. */
  mode: string;
  /** How an output place becomes an input coordinate. */
  transformation: string;
  /** How `nearest` rounds. */
  nearest: string;
  cubicA: number;
  /** Weights of neighbors outside of the input become 0, and the others are scaled up to a sum of 1. */
  excludeOutside: boolean;
  /** A wider filter where the input is made smaller. */
  antialias: boolean;
  extrapolation: number;
}

export interface Axis {
  input: number;
  output: number;
  scale: number;
  roi: readonly [number, number];
}

/** What one output element is made of: input places (cut to the axis) and their weights; null stands for a constant. */
export type Weights = ({ places: number[]; weights: number[] } | { constant: number })[];

type Transform = (at: number, axis: Axis) => number;

const halfPixel: Transform = (at, { scale }) => (at + 0.5) / scale - 0.5;

/** The resized length is input · scale, which need not be whole. */
const transforms: Readonly<Record<string, Transform>> = {
  align_corners: (at, { input, scale }) =>
    scale * input === 1 ? 0 : (at * (input - 1)) / (scale * input - 1),
  asymmetric: (at, { scale }) => at / scale,
  half_pixel: halfPixel,
  half_pixel_symmetric: (at, axis) =>
    (axis.input / 2) * (1 - axis.output / (axis.scale * axis.input)) + halfPixel(at, axis),
  pytorch_half_pixel: (at, axis) => (axis.scale * axis.input === 1 ? -0.5 : halfPixel(at, axis)),
  tf_crop_and_resize: (at, { input, scale, roi: [begin, end] }) =>
    begin * (input - 1) +
    (scale * input === 1
      ? ((end - begin) * (input - 1)) / 2
      : (at * (end - begin) * (input - 1)) / (scale * input - 1)),
};

/** Weights of the neighbor below and of the one above, by how far (0 to 1] the coordinate is beyond the one below. */
const roundings: Readonly<Record<string, (ratio: number) => [number, number]>> = {
  round_prefer_floor: (ratio) => (ratio <= 0.5 ? [1, 0] : [0, 1]),
  round_prefer_ceil: (ratio) => (ratio < 0.5 ? [1, 0] : [0, 1]),
  floor: () => [1, 0],
  ceil: () => [0, 1],
};

type Filter = (ratio: number, scale: number, how: Interpolation) => number[];

const filters: Readonly<Record<string, Filter>> = {
  nearest: (ratio, _, { nearest }) => (ratio === 1 ? [0, 1] : (roundings[nearest]?.(ratio) ?? [])),
  linear: (ratio, scale, { antialias }) =>
    antialias ? widened(ratio, scale, 1, (x) => Math.max(0, 1 - x)) : [1 - ratio, ratio],
  cubic: (ratio, scale, { antialias, cubicA }) =>
    antialias
      ? widened(ratio, scale, 2, (x) => cubic(x, cubicA))
      : [1 + ratio, ratio, 1 - ratio, 2 - ratio].map((x) => cubic(x, cubicA)),
};

/** Keys' cubic convolution kernel at a distance. */
export function cubic(x: number, a: number): number {
  if (x <= 1) return ((a + 2) * x - (a + 3)) * x * x + 1;
  return x < 2 ? ((a * x - 5 * a) * x + 8 * a) * x - 4 * a : 0;
}

/** A kernel of half width `reach`, stretched over as many neighbors as one output element covers. */
function widened(
  ratio: number,
  scale: number,
  reach: number,
  kernel: (distance: number) => number,
): number[] {
  const shrink = Math.min(scale, 1);
  const first = Math.floor(-reach / shrink) + 1;
  const weights = Array.from({ length: 2 - 2 * first }, (_, i) =>
    kernel(Math.abs((first + i - ratio) * shrink)),
  );
  const sum = weights.reduce((so, each) => so + each, 0);
  return weights.map((each) => each / sum);
}

/** The weights of every output element of an axis; undefined for a mode or transformation that ONNX does not have. */
export function axisWeights(axis: Axis, how: Interpolation): Weights | undefined {
  const transform = transforms[how.transformation];
  const filter = filters[how.mode];
  if (!transform || !filter || !(how.nearest in roundings)) return undefined;
  const crops = how.transformation === "tf_crop_and_resize";
  return Array.from({ length: axis.output }, (_, at) => {
    const x = transform(at, axis);
    if (crops && (x < 0 || x > axis.input - 1)) return { constant: how.extrapolation };
    const below = Number.isInteger(x) ? x - 1 : Math.floor(x);
    const weights = filter(x - below, axis.scale, how);
    const places = weights.map((_each, i) => below + 1 - weights.length / 2 + i);
    const cut = how.excludeOutside
      ? weights.map((each, i) =>
          (places[i] as number) < 0 || (places[i] as number) >= axis.input ? 0 : each,
        )
      : weights;
    const sum = how.excludeOutside ? cut.reduce((so, each) => so + each, 0) : 1;
    return {
      places: places.map((place) => Math.max(0, Math.min(place, axis.input - 1))),
      weights: cut.map((each) => each / sum),
    };
  });
}

/** A value with one axis resampled. */
export function resampled(x: Value, axis: number, weights: Weights): Value {
  const { outer, size, inner } = splitAtAxis(x.dims, axis);
  const from = x.data as Float64Array;
  const data = allocate("float64", outer * weights.length * inner);
  for (let o = 0; o < outer; o++) {
    weights.forEach((each, k) => {
      const to = (o * weights.length + k) * inner;
      if ("constant" in each) {
        data.fill(each.constant, to, to + inner);
        return;
      }
      each.places.forEach((place, n) => {
        const weight = each.weights[n] as number;
        // A neighbor that is chosen or not must not spread its NaN or infinity.
        if (weight === 0) return;
        const begin = (o * size + place) * inner;
        for (let i = 0; i < inner; i++)
          data[to + i] = (data[to + i] as number) + weight * (from[begin + i] as number);
      });
    });
  }
  return like(x, data, x.dims.with(axis, weights.length));
}
