/** @needs tensorflow */

import { timeLimits } from "@congruent/core/testing";
import { beforeAll, expect, it, jest } from "@jest/globals";
import fc from "fast-check";
import { loadTensorFlow, type TensorFlow } from "./load-tensorflow.js";

jest.setTimeout(timeLimits.training);

type Tensor = import("@tensorflow/tfjs-node").Tensor;
type Tensor4D = import("@tensorflow/tfjs-node").Tensor4D;
type Execute = (name: string, attributes: { name: string; value: unknown }[], ...rest: unknown[]) => unknown;

let tf: TensorFlow;
/** The strides of every gradient by a filter that reaches TensorFlow while `f` runs. */
let stridesIn: (f: () => void) => number[][];
beforeAll(async () => {
  tf = await loadTensorFlow({ device: "cpu" });
  const backend = tf.backend() as unknown as { binding: { executeOp: Execute } };
  stridesIn = (f) => {
    const found: number[][] = [];
    const real = backend.binding;
    // The addon's own object cannot be changed.
    backend.binding = Object.create(real, {
      executeOp: {
        value: (...given: Parameters<Execute>) => {
          const [name, attributes] = given;
          const strides = attributes.find((attribute) => attribute.name === "strides");
          if (name === "Conv2DBackpropFilter") found.push(strides?.value as number[]);
          return real.executeOp(...given);
        },
      },
    });
    try {
      f();
      return found;
    } finally {
      backend.binding = real;
    }
  };
});

/** Small whole numbers, of which float32 sums are exact in any order. */
function wholeNumbers(shape: number[], seed: number): Tensor {
  return tf.randomUniform(shape, -8, 8, "int32", seed).cast("float32");
}

/** Plain arithmetic: for each pair of channels the sum over images and seen pixels. */
function expected(x: Tensor4D, dy: Tensor4D, [strideY, strideX]: readonly [number, number]): number[] {
  const [images, rows, columns, filters] = dy.shape;
  const channels = x.shape[3];
  const [pixels, errors] = [x.arraySync(), dy.arraySync()];
  const sums = new Array<number>(channels * filters).fill(0);
  for (let n = 0; n < images; n++) {
    for (let i = 0; i < rows; i++) {
      for (let j = 0; j < columns; j++) {
        const pixel = pixels[n]?.[i * strideY]?.[j * strideX] as number[];
        const error = errors[n]?.[i]?.[j] as number[];
        for (let c = 0; c < channels; c++) {
          for (let f = 0; f < filters; f++) {
            sums[c * filters + f] =
              (sums[c * filters + f] as number) + (pixel[c] as number) * (error[f] as number);
          }
        }
      }
    }
  }
  return sums;
}

const cases = fc.record({
  images: fc.integer({ min: 1, max: 6 }),
  height: fc.integer({ min: 1, max: 9 }),
  width: fc.integer({ min: 1, max: 9 }),
  channels: fc.integer({ min: 1, max: 9 }),
  filters: fc.integer({ min: 1, max: 37 }),
  strides: fc.constantFrom<[number, number]>([2, 1], [1, 2], [3, 1], [2, 3]),
  padding: fc.constantFrom<"same" | "valid">("same", "valid"),
  seed: fc.integer({ min: 1, max: 1e6 }),
});
/** Where it was found: TensorFlow's own operator ends the process here, sooner or later. */
const found = {
  images: 6,
  height: 9,
  width: 9,
  channels: 7,
  filters: 35,
  strides: [2, 1] as [number, number],
  padding: "valid" as const,
  seed: 1,
};

it("the gradient by a filter of one pixel whose strides differ never reaches TensorFlow's operator, and is right", () => {
  fc.assert(
    fc.property(cases, ({ images, height, width, channels, filters, strides, padding, seed }) => {
      const tensors = tf.memory().numTensors;
      tf.tidy(() => {
        const x = wholeNumbers([images, height, width, channels], seed) as Tensor4D;
        const filter = wholeNumbers([1, 1, channels, filters], seed + 1) as Tensor4D;
        const error = wholeNumbers(tf.conv2d(x, filter, strides, padding).shape, seed + 2) as Tensor4D;
        const reached = stridesIn(() => {
          const gradient = tf.grads((w: Tensor) => tf.conv2d(x, w as Tensor4D, strides, padding))(
            [filter],
            error,
          );
          // Adding zero makes one of the two zeros.
          const values = Array.from(gradient[0]?.dataSync() ?? [], (value) => value + 0);
          expect(values).toEqual(expected(x, error, strides).map((value) => value + 0));
        });
        expect(reached).toEqual([[1, 1, 1, 1]]);
      });
      expect(tf.memory().numTensors).toBe(tensors);
    }),
    { numRuns: 60, seed: 2030, examples: [[found]] },
  );
});

it("holds for the layers of a model in training, in one dimension too; other convolutions stay as they are", () => {
  const trained = (layers: import("@tensorflow/tfjs-node").layers.Layer[]) => {
    const model = tf.sequential({ layers });
    const shape = (model.inputs[0]?.shape.slice(1) ?? []) as number[];
    const reached = stridesIn(() =>
      tf
        .tidy(() => {
          const y = model.apply(tf.ones([2, ...shape]), { training: true }) as Tensor;
          tf.variableGrads(() => (model.apply(tf.ones([2, ...shape])) as Tensor).sum().asScalar());
          return y.sum();
        })
        .dispose(),
    );
    model.dispose();
    return reached;
  };
  const line = { filters: 5, kernelSize: 1, strides: 2, inputShape: [9, 3] };
  expect(trained([tf.layers.conv1d(line)])).toEqual([[1, 1, 1, 1]]);
  const image = { filters: 5, inputShape: [9, 9, 3] };
  expect(trained([tf.layers.conv2d({ ...image, kernelSize: 1, strides: [2, 1] })])).toEqual([[1, 1, 1, 1]]);
  expect(trained([tf.layers.conv2d({ ...image, kernelSize: 1, strides: 2 })])).toEqual([[1, 2, 2, 1]]);
  expect(trained([tf.layers.conv2d({ ...image, kernelSize: [1, 3], strides: [2, 1] })])).toEqual([
    [1, 2, 1, 1],
  ]);
});
