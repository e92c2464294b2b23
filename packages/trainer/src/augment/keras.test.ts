/** @needs export tensorflow */

import { fileURLToPath } from "node:url";
import { augmentationSchema } from "@congruent/core/schemas";
import { timeLimits } from "@congruent/core/testing";
import { loadTensorFlow } from "@congruent/toolchain";
import { askOracle } from "@congruent/toolchain/testing";
import { beforeAll, describe, expect, it, jest } from "@jest/globals";
import { mersenne } from "pure-rand/generator/mersenne";
import type { Tensor, TensorFlow } from "../tensorflow.js";
import { drawKey, drawsOf } from "../training-calls/index.js";
import { drawParameters, type TransformParameters } from "./draw-parameters.js";
import { projectiveRows } from "./projective-rows.js";
import { transformImages } from "./transform-images.js";

jest.setTimeout(timeLimits.training);

const script = fileURLToPath(new URL("../../oracle/keras_augmentation.py", import.meta.url));
const fillModes = ["nearest", "constant", "reflect", "wrap"] as const;
const BATCH = 40;
const shape = [14, 14, 2] as const;
const size = [14, 14] as const;
const LENGTH = 14 * 14 * 2;

/** Everything at once, and far enough that every fill mode shows, beyond the first reflection too. */
const wild = augmentationSchema.parse({
  rotation: 180,
  zoom: [0.4, 2.5],
  widthShift: 0.6,
  heightShift: 9,
  shear: 40,
  horizontalFlip: true,
  verticalFlip: true,
});
const regcnn = augmentationSchema.parse({ rotation: 10, zoom: 0.1, widthShift: 0.1, heightShift: 0.1 });

/** White noise: neighbors differ by up to 255, the worst case for a place that is slightly off. */
const pixels = (() => {
  const generator = mersenne(5);
  return Float32Array.from({ length: BATCH * LENGTH }, () => (generator.next() >>> 0) % 256);
})();

type Numbers = Record<keyof TransformParameters, number>;
const still: Numbers = { theta: 0, tx: 0, ty: 0, shear: 0, zx: 1, zy: 1, flipHorizontal: 0, flipVertical: 0 };
const single: Numbers[] = [
  still,
  { ...still, theta: 33 },
  { ...still, tx: 3.25 },
  { ...still, ty: -2.5 },
  { ...still, shear: 20 },
  { ...still, zx: 0.8 },
  { ...still, zy: 1.3 },
  { ...still, flipHorizontal: 1 },
  { ...still, flipVertical: 1 },
];

/** One change each, then some of the study's, the rest wild. */
function casesOf(tf: TensorFlow): Numbers[] {
  const drawn = [regcnn, wild].map((config) => {
    const draws = drawsOf(tf, drawKey(42), tf.scalar(7, "int32"));
    const tensors = drawParameters(tf, config, size, BATCH, draws);
    return Object.entries(tensors).map(([name, values]) => [name, values.dataSync()] as const);
  });
  return Array.from({ length: BATCH }, (_, row) => {
    const values = drawn[row < 16 ? 0 : 1] as (readonly [string, ArrayLike<number>])[];
    return single[row] ?? (Object.fromEntries(values.map(([name, v]) => [name, v[row]])) as Numbers);
  });
}

function rowsOf(tf: TensorFlow, cases: readonly Numbers[]): Tensor {
  const names = Object.keys(still) as (keyof Numbers)[];
  const columns = names.map((name) => [name, tf.tensor1d(cases.map((c) => c[name]))]);
  return projectiveRows(tf, Object.fromEntries(columns) as TransformParameters, size);
}

/**
 * Places where the outcome jumps: TensorFlow rounds a place to float32, SciPy to float64, and may so find itself on
 * another side of a border where the fill mode is not continuous.
 */
function nearJump(row: ArrayLike<number>, position: number, fillMode: string): boolean {
  if (fillMode === "nearest" || fillMode === "reflect") return false;
  const [a0, a1, a2, b0, b1, b2] = Array.from(row) as [number, number, number, number, number, number];
  const [column, line] = [Math.floor(position / 2) % 14, Math.floor(position / 28)];
  const places = [a0 * column + a1 * line + a2, b0 * column + b1 * line + b2];
  // Wrapping goes round every 13 pixels.
  return places.some((place) => Math.abs(place - 13 * Math.round(place / 13)) < 1e-4);
}

const fillValue = 77;
let tf: TensorFlow;
let parameters: Numbers[];
/** Of each fill mode: the pixels of all pictures. */
let keras: Record<string, number[]>;
beforeAll(async () => {
  tf = await loadTensorFlow({ device: "cpu" });
  parameters = tf.tidy(() => casesOf(tf));
  const cases = fillModes.flatMap((fillMode) =>
    parameters.map((p, row) => ({
      fillMode,
      fillValue,
      shape,
      pixels: [...pixels.subarray(row * LENGTH, (row + 1) * LENGTH)],
      parameters: p,
    })),
  );
  const stdout = await askOracle({
    environment: "export",
    script,
    input: JSON.stringify(cases),
    timeoutMs: 100_000,
  });
  const { answers } = JSON.parse(stdout) as { answers: number[][] };
  keras = Object.fromEntries(
    fillModes.map((fillMode, i) => [fillMode, answers.slice(i * BATCH, (i + 1) * BATCH).flat()]),
  );
}, 600_000);

describe.each(fillModes)("fill mode %s", (fillMode) => {
  it("moves pictures as Keras' ImageDataGenerator does", () => {
    const [moved, rows] = tf.tidy(() => {
      const transforms = rowsOf(tf, parameters);
      const images = tf.tensor(pixels, [BATCH, ...shape]);
      const result = transformImages(tf, images, transforms, { fillMode, fillValue });
      return [result.dataSync<"float32">(), transforms.dataSync<"float32">()] as const;
    });
    const jumping = (i: number) => {
      const row = Math.floor(i / LENGTH);
      return nearJump(rows.subarray(row * 8, row * 8 + 8), i % LENGTH, fillMode);
    };
    const expected = keras[fillMode] as number[];
    expect(expected).toHaveLength(BATCH * LENGTH);
    const far = Array.from(moved, (value, i) => Math.abs(value - (expected[i] as number)));
    const jumps = far.filter((_, i) => jumping(i)).length;
    const off = far.filter((distance, i) => {
      // A place is the sum of three products of at most 40 (14 pixels, zoom 2.5), each rounded to float32: off by up
      // to 40 · 3 · 6e-8 = 7e-6 in each direction, times 255 per pixel: 0.004 in both. 0.0006 was seen.
      return distance > 0.004 && !jumping(i);
    });
    expect(off).toEqual([]);
    // The few places on a border (whole-pixel flips and the picture left as it is) are no way out.
    expect(jumps).toBeLessThan(0.05 * far.length);
    // And the pictures did change.
    expect(far.length - moved.filter((value, i) => value === pixels[i]).length).toBeGreaterThan(
      far.length / 2,
    );
  });
});
