import { sizeOf } from "@congruent/core";
import type { Call, Operators } from "../call.js";
import { roundHalfToEven } from "../half.js";
import { cubic } from "../resample.js";
import { stridesOf } from "../shapes.js";
import { allocate, like, type Value } from "../value.js";

interface Sampling {
  mode: string;
  padding: string;
  alignCorners: boolean;
}

/** Folds a coordinate back at the borders until it lies between them. */
function reflected(x: number, low: number, high: number): number {
  const range = high - low;
  if (range === 0) return low;
  const distance = Math.abs(x - low) % (2 * range);
  return low + (distance <= range ? distance : 2 * range - distance);
}

/** The taps of one axis: input places (−1 for a zero) and weights. */
function taps(x: number, size: number, { mode, padding, alignCorners }: Sampling): [number, number][] {
  const [low, high] = alignCorners ? [0, size - 1] : [-0.5, size - 0.5];
  const inside = (place: number) => {
    if (place >= 0 && place < size) return place;
    if (padding === "border") return Math.max(0, Math.min(place, size - 1));
    return padding === "reflection"
      ? Math.max(0, Math.min(Math.trunc(reflected(place, low, high)), size - 1))
      : -1;
  };
  let at = mode === "nearest" ? roundHalfToEven(x) : x;
  if (at < low || at > high) {
    if (padding === "border") at = Math.max(0, Math.min(at, size - 1));
    if (padding === "reflection") at = reflected(at, low, high);
  }
  if (mode === "nearest") return [[inside(Math.trunc(at)), 1]];
  const floor = Math.floor(at);
  const rest = at - floor;
  if (mode.endsWith("linear")) {
    return [
      [inside(floor), 1 - rest],
      [inside(floor + 1), rest],
    ];
  }
  return [-1, 0, 1, 2].map((step) => [inside(floor + step), cubic(Math.abs(step - rest), -0.75)]);
}

/** X [N, C, D1 … Dr], grid [N, E1 … Er, r] of coordinates from −1 to 1, the last axis' first. */
function sample(call: Call): Value[] {
  const [x, grid] = [call.floats(0), call.floats(1)];
  const [batch = 1, channels = 1, ...spatial] = x.dims;
  const rank = spatial.length;
  const out = grid.dims.slice(1, -1);
  if (grid.dims.at(-1) !== rank || out.length !== rank) {
    call.refuse(`a grid [${grid.dims.join(", ")}] does not suit [${x.dims.join(", ")}]`, "E_NODE_SHAPE");
  }
  const how: Sampling = {
    mode: call.string("mode", "linear"),
    padding: call.string("padding_mode", "zeros"),
    alignCorners: call.int("align_corners", 0) === 1,
  };
  const strides = stridesOf(spatial);
  const [points, plane] = [sizeOf(out), sizeOf(spatial)];
  const data = allocate("float64", batch * channels * points);
  for (let n = 0; n < batch; n++) {
    for (let point = 0; point < points; point++) {
      const begin = (n * points + point) * rank;
      let all: [number, number][] = [[0, 1]];
      spatial.forEach((size, axis) => {
        const unit = grid.data[begin + rank - 1 - axis] as number;
        const at = how.alignCorners ? ((unit + 1) / 2) * (size - 1) : ((unit + 1) * size - 1) / 2;
        const own = taps(at, size, how).filter(([place, weight]) => place >= 0 && weight !== 0);
        const stride = strides[axis] as number;
        all = all.flatMap(([base, so]) =>
          own.map(([place, weight]): [number, number] => [base + place * stride, so * weight]),
        );
      });
      for (let c = 0; c < channels; c++) {
        const from = (n * channels + c) * plane;
        let sum = 0;
        for (const [place, weight] of all) sum += weight * (x.data[from + place] as number);
        data[(n * channels + c) * points + point] = sum;
      }
    }
  }
  return [like(x, data, [batch, channels, ...out])];
}

/** Coordinates of a grid under affine maps: theta [N, r, r + 1], size of the image that the grid will sample. */
function affineGrid(call: Call): Value[] {
  const theta = call.floats(0);
  const [batch = 1, , ...spatial] = call.numbers(1);
  const rank = spatial.length;
  if (theta.dims[0] !== batch || theta.dims[1] !== rank)
    call.refuse(
      `theta [${theta.dims.join(", ")}] does not suit ${batch} images of ${rank} axes`,
      "E_NODE_SHAPE",
    );
  const corners = call.int("align_corners", 0) === 1;
  const units = spatial.map((size) =>
    Array.from({ length: size }, (_, i) =>
      corners ? (size === 1 ? -1 : -1 + (2 * i) / (size - 1)) : -1 + (2 * i + 1) / size,
    ),
  );
  const points = sizeOf(spatial);
  const data = allocate("float64", batch * points * rank);
  for (let n = 0; n < batch; n++) {
    for (let point = 0; point < points; point++) {
      let rest = point;
      const place = new Array<number>(rank);
      for (let axis = rank - 1; axis >= 0; axis--) {
        const size = spatial[axis] as number;
        // The grid's coordinates name the last axis first.
        place[rank - 1 - axis] = units[axis]?.[rest % size] as number;
        rest = Math.floor(rest / size);
      }
      for (let row = 0; row < rank; row++) {
        const begin = (n * rank + row) * (rank + 1);
        const moved = place.reduce(
          (sum, each, k) => sum + each * (theta.data[begin + k] as number),
          theta.data[begin + rank] as number,
        );
        data[(n * points + point) * rank + row] = moved;
      }
    }
  }
  return [like(theta, data, [batch, ...spatial, rank])];
}

/** Images looked at through a grid of coordinates. */
export const gridSample: Operators = {
  AffineGrid: { 20: affineGrid },
  GridSample: { 16: sample },
};
