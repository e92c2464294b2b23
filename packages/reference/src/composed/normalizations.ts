import type { Composer, Composition } from "./composer.js";

/** The input plus the skip and the bias, normalized over the last axis; outputs 1 and 2 are its statistics, 3 the sum itself. */
const skipLayerNormalization: Composition = (c) => {
  const sum = c.sum(c.input(0), c.input(1), c.optional(4));
  const epsilon = c.call.float("epsilon", 1e-12);
  const normalized = c.ops("LayerNormalization", [sum, c.input(2), c.optional(3)], 3, { axis: -1n, epsilon });
  return [...normalized, sum].slice(0, Math.max(1, c.call.outputs));
};

/** 1 / √(mean of squares + epsilon) over the axes from one on. */
function inverse(c: Composer, x: string, axis: number, rank: number, epsilon: number): string {
  const axes = Array.from({ length: rank - axis }, (_, i) => axis + i);
  const squares = c.op("ReduceMean", [c.op("Mul", [x, x]), c.ints(axes)]);
  return c.op("Reciprocal", [c.op("Sqrt", [c.sum(squares, c.number(epsilon, c.call.input(0).dtype))])]);
}

function rootMeanSquare(
  c: Composer,
  x: string,
  scale: string,
  axis: number,
  fallback: number,
): [string, string] {
  const rank = c.dims(0).length;
  const epsilon = c.call.float("epsilon", fallback);
  const y = c.op("RMSNormalization", [x, scale], { axis: BigInt(axis), epsilon });
  return [y, c.call.outputs > 1 ? inverse(c, x, c.call.axis(axis, rank), rank, epsilon) : ""];
}

const skipSimplified: Composition = (c) => {
  const sum = c.sum(c.input(0), c.input(1), c.optional(3));
  const [y] = rootMeanSquare(c, sum, c.input(2), -1, 1e-12);
  return [y, "", "", sum].slice(0, Math.max(1, c.call.outputs));
};

const simplified: Composition = (c) => {
  const [y, deviations] = rootMeanSquare(c, c.input(0), c.input(1), c.call.int("axis", -1), 1e-5);
  return [y, deviations].slice(0, Math.max(1, c.call.outputs));
};

/** Three tables added, then normalized. The mask's output counts the ones of each row. */
const embedLayerNormalization: Composition = (c) => {
  const { call } = c;
  const [batch = 1, length = 1] = c.dims(0);
  const given = call.optional(8);
  const positions = given ? c.input(8) : c.ints(Array.from({ length }, (_, i) => i));
  const rows = [
    c.op("Gather", [c.input(2), c.input(0)]),
    c.op("Gather", [c.input(3), positions]),
    call.optional(1) && call.optional(4) ? c.op("Gather", [c.input(4), c.input(1)]) : "",
  ];
  const sum = c.sum(...rows);
  const epsilon = call.float("epsilon", 1e-12);
  const y = c.op("LayerNormalization", [sum, c.input(5), c.input(6)], { axis: -1n, epsilon });
  const mask = call.maybeNumbers(7);
  const counts = Int32Array.from({ length: batch }, (_, n) =>
    mask ? mask.slice(n * length, (n + 1) * length).filter((each) => each === 1).length : 0,
  );
  const counted = c.op("Identity", [c.constant({ dtype: "int32", dims: [batch], data: counts })]);
  return [y, counted, sum].slice(0, Math.max(1, call.outputs));
};

/** Normalizations with what stands before them. */
export const normalizations: Readonly<Record<string, Composition>> = {
  EmbedLayerNormalization: embedLayerNormalization,
  SkipLayerNormalization: skipLayerNormalization,
  SkipSimplifiedLayerNormalization: skipSimplified,
};

/** In the standard's domain, though ONNX Runtime alone has it. */
export const simplifiedLayerNormalization: Composition = simplified;
