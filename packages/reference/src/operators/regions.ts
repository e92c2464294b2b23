import { sizeOf } from "@congruent/core";
import type { Call, Kernel, Operators } from "../call.js";
import { allocate, type Value } from "../value.js";

/** Values put back where MaxPool took them from; everything else is zero. */
function maxUnpool(call: Call): Value[] {
  const x = call.input(0);
  const places = call.numbers(1);
  const rank = x.dims.length - 2;
  const kernel = call.ints("kernel_shape") ?? call.refuse("kernel_shape is missing", "E_NODE_ATTRIBUTE");
  const strides = call.ints("strides") ?? kernel.map(() => 1);
  const pads = call.ints("pads") ?? new Array<number>(2 * rank).fill(0);
  const natural = x.dims.map((dim, at) => {
    if (at < 2) return dim;
    const axis = at - 2;
    const size = (dim - 1) * (strides[axis] as number) + (kernel[axis] as number);
    return size - (pads[axis] as number) - (pads[axis + rank] as number);
  });
  const dims = call.maybeNumbers(2) ?? natural;
  const planes = sizeOf(dims.slice(0, 2));
  const [plane, wanted] = [sizeOf(natural.slice(2)), sizeOf(dims.slice(2))];
  const data = allocate(x.dtype, planes * wanted);
  for (let i = 0; i < places.length; i++) {
    const place = places[i] as number;
    // Indices count in the natural shape; a larger one keeps them at the same row and column of each plane.
    const at = plane === wanted ? place : moved(place, natural, dims);
    if (!(at >= 0 && at < data.length)) call.refuse(`index ${place} is outside its output`, "E_NODE_VALUE");
    (data as unknown[])[at] = x.data[i];
  }
  return [{ dtype: x.dtype, dims, data }];
}

function moved(place: number, from: readonly number[], to: readonly number[]): number {
  let rest = place;
  let [at, stride] = [0, 1];
  for (let axis = from.length - 1; axis >= 0; axis--) {
    at += (rest % (from[axis] as number)) * stride;
    rest = Math.floor(rest / (from[axis] as number));
    stride *= to[axis] as number;
  }
  return at;
}

/** The four pixels around a place and their weights; none outside the image. */
function corners(y: number, x: number, h: number, w: number): [number, number][] {
  if (y < -1 || y > h || x < -1 || x > w) return [];
  const place = (at: number, size: number) => {
    const low = Math.min(Math.floor(Math.max(at, 0)), size - 1);
    const high = Math.min(low + 1, size - 1);
    return { low, high, rest: low >= size - 1 ? 0 : Math.max(at, 0) - low };
  };
  const [row, column] = [place(y, h), place(x, w)];
  return [
    [row.low * w + column.low, (1 - row.rest) * (1 - column.rest)],
    [row.low * w + column.high, (1 - row.rest) * column.rest],
    [row.high * w + column.low, row.rest * (1 - column.rest)],
    [row.high * w + column.high, row.rest * column.rest],
  ];
}

/** Regions of an image pooled to one size. Before opset 16 coordinates were not moved by half a pixel. */
function roiAlign(half: (call: Call) => boolean): Kernel {
  return (call): Value[] => {
    const [x, rois] = [call.floats(0), call.floats(1)];
    const batches = call.numbers(2);
    const [, channels = 1, h = 1, w = 1] = x.dims;
    const [outH, outW] = [call.int("output_height", 1), call.int("output_width", 1)];
    const ratio = call.int("sampling_ratio", 0);
    const scale = call.float("spatial_scale", 1);
    const offset = half(call) ? 0.5 : 0;
    const averages = call.string("mode", "avg") === "avg";
    const count = batches.length;
    const outside = batches.find((each) => each < 0 || each >= (x.dims[0] as number));
    if (outside !== undefined) call.refuse(`there is no image ${outside}`, "E_NODE_VALUE");
    const data = allocate("float64", count * channels * outH * outW);
    for (let n = 0; n < count; n++) {
      const [left = 0, top = 0, right = 0, bottom = 0] = Array.from(
        rois.data.subarray(4 * n, 4 * n + 4),
        (each) => each * scale - offset,
      );
      const least = offset > 0 ? Number.NEGATIVE_INFINITY : 1;
      const [height, width] = [Math.max(bottom - top, least), Math.max(right - left, least)];
      const [binH, binW] = [height / outH, width / outW];
      const [gridH, gridW] = [ratio > 0 ? ratio : Math.ceil(binH), ratio > 0 ? ratio : Math.ceil(binW)];
      for (let bin = 0; bin < outH * outW; bin++) {
        const [i, j] = [Math.floor(bin / outW), bin % outW];
        const samples: [number, number][][] = [];
        for (let a = 0; a < gridH; a++) {
          for (let b = 0; b < gridW; b++) {
            const y = top + i * binH + ((a + 0.5) * binH) / gridH;
            const z = left + j * binW + ((b + 0.5) * binW) / gridW;
            samples.push(corners(y, z, h, w));
          }
        }
        for (let c = 0; c < channels; c++) {
          const from = ((batches[n] as number) * channels + c) * h * w;
          const terms = samples.map((sample) =>
            sample.map(([at, weight]) => weight * (x.data[from + at] as number)),
          );
          const to = (n * channels + c) * outH * outW + bin;
          data[to] = averages
            ? terms.flat().reduce((sum, each) => sum + each, 0) / Math.max(samples.length, 1)
            : Math.max(...terms.map((each) => (each.length === 0 ? 0 : Math.max(...each))));
        }
      }
    }
    return [{ dtype: x.dtype, dims: [count, channels, outH, outW], data }];
  };
}

/** The largest element of each bin of a region; regions are rounded to whole pixels, and both ends belong to them. */
function maxRoiPool(call: Call): Value[] {
  const [x, rois] = [call.floats(0), call.floats(1)];
  const [batch = 1, channels = 1, h = 1, w = 1] = x.dims;
  const [outH = 1, outW = 1] =
    call.ints("pooled_shape") ?? call.refuse("pooled_shape is missing", "E_NODE_ATTRIBUTE");
  const scale = call.float("spatial_scale", 1);
  const count = rois.dims[0] as number;
  const data = allocate("float64", count * channels * outH * outW);
  let to = 0;
  for (let n = 0; n < count; n++) {
    const [image = 0, ...edges] = rois.data.subarray(5 * n, 5 * n + 5);
    if (image < 0 || image >= batch) call.refuse(`there is no image ${image}`, "E_NODE_VALUE");
    const [left = 0, top = 0, right = 0, bottom = 0] = edges.map((each) => Math.round(each * scale));
    const [binH, binW] = [Math.max(bottom - top + 1, 1) / outH, Math.max(right - left + 1, 1) / outW];
    const range = (at: number, bin: number, begin: number, size: number) =>
      [Math.floor(at * bin) + begin, Math.ceil((at + 1) * bin) + begin].map((each) =>
        Math.max(0, Math.min(each, size)),
      );
    for (let c = 0; c < channels; c++) {
      const from = (image * channels + c) * h * w;
      for (let bin = 0; bin < outH * outW; bin++) {
        const [y0 = 0, y1 = 0] = range(Math.floor(bin / outW), binH, top, h);
        const [x0 = 0, x1 = 0] = range(bin % outW, binW, left, w);
        let most = y1 > y0 && x1 > x0 ? Number.NEGATIVE_INFINITY : 0;
        for (let i = y0; i < y1; i++)
          for (let j = x0; j < x1; j++) most = Math.max(most, x.data[from + i * w + j] as number);
        data[to++] = most;
      }
    }
  }
  return [{ dtype: x.dtype, dims: [count, channels, outH, outW], data }];
}

type Box = readonly [number, number, number, number];

/** Boxes as [y1, x1, y2, x2] with the smaller corner first. */
function boxAt(data: Float64Array, at: number, center: boolean): Box {
  const [a = 0, b = 0, c = 0, d = 0] = data.subarray(at, at + 4);
  if (center) return [b - d / 2, a - c / 2, b + d / 2, a + c / 2];
  return [Math.min(a, c), Math.min(b, d), Math.max(a, c), Math.max(b, d)];
}

function overlap(a: Box, b: Box): number {
  const height = Math.min(a[2], b[2]) - Math.max(a[0], b[0]);
  const width = Math.min(a[3], b[3]) - Math.max(a[1], b[1]);
  if (height <= 0 || width <= 0) return 0;
  const area = (box: Box) => (box[2] - box[0]) * (box[3] - box[1]);
  return (height * width) / (area(a) + area(b) - height * width);
}

/** The best boxes of every class, without those that overlap a better one: rows of batch, class, box. */
function suppression(call: Call): Value[] {
  const [boxes, scores] = [call.floats(0), call.floats(1)];
  const most = call.maybeNumbers(2)?.[0] ?? 0;
  const iou = call.maybeNumbers(3)?.[0] ?? 0;
  const threshold = call.maybeNumbers(4)?.[0] ?? Number.NEGATIVE_INFINITY;
  const center = call.int("center_point_box", 0) === 1;
  const [batch = 1, classes = 1, count = 0] = scores.dims;
  const rows: number[] = [];
  for (let line = 0; line < batch * classes; line++) {
    const n = Math.floor(line / classes);
    const score = (k: number) => scores.data[line * count + k] as number;
    const order = Array.from({ length: count }, (_, k) => k)
      .filter((k) => score(k) > threshold)
      .sort((a, b) => score(b) - score(a) || a - b);
    const kept: { k: number; box: Box }[] = [];
    for (const k of order) {
      if (kept.length >= most) break;
      const box = boxAt(boxes.data, (n * count + k) * 4, center);
      if (kept.every((each) => overlap(each.box, box) <= iou)) kept.push({ k, box });
    }
    rows.push(...kept.flatMap(({ k }) => [n, line % classes, k]));
  }
  return [{ dtype: "int64", dims: [rows.length / 3, 3], data: BigInt64Array.from(rows, BigInt) }];
}

/** Parts of images. */
export const regions: Operators = {
  MaxRoiPool: { 1: maxRoiPool },
  MaxUnpool: { 9: maxUnpool },
  NonMaxSuppression: { 10: suppression },
  RoiAlign: {
    10: roiAlign(() => false),
    16: roiAlign((call) => call.string("coordinate_transformation_mode", "half_pixel") === "half_pixel"),
  },
};
