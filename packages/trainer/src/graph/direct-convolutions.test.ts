/** @needs tensorflow */

import { timeLimits } from "@congruent/core/testing";
import { loadTensorFlow } from "@congruent/toolchain";
import { beforeAll, describe, expect, it, jest } from "@jest/globals";
import fc from "fast-check";
import { DataType } from "../generated/tensorflow/core/framework/types_pb.js";
import {
  type NodeBackend,
  nodeBackend,
  type OpAttribute,
  type Tensor,
  type TensorFlow,
} from "../tensorflow.js";
import { withConvolutions } from "./direct-convolutions.js";
import type { RecordedOp, Recording } from "./recorder.js";

jest.setTimeout(timeLimits.training);

let tf: TensorFlow;
let backend: NodeBackend;
beforeAll(async () => {
  tf = await loadTensorFlow({ device: "cpu" });
  backend = nodeBackend(tf);
});

interface Convolution {
  images: number;
  height: number;
  width: number;
  channels: number;
  kernel: [number, number];
  filters: number;
  strides: [number, number];
  padding: "SAME" | "VALID";
  threads: number;
  seed: number;
}

/** Sizes on both sides of what the kernels divide by: vectors of 8, groups of 16, blocks of 6 and 10 pixels, chunks of images. */
const convolutions = fc
  .record({
    images: fc.integer({ min: 1, max: 20 }),
    height: fc.integer({ min: 1, max: 14 }),
    width: fc.integer({ min: 1, max: 23 }),
    channels: fc.integer({ min: 1, max: 9 }),
    kernel: fc.tuple(fc.integer({ min: 1, max: 6 }), fc.integer({ min: 1, max: 6 })),
    filters: fc.integer({ min: 1, max: 37 }),
    strides: fc.tuple(fc.integer({ min: 1, max: 3 }), fc.integer({ min: 1, max: 3 })),
    padding: fc.constantFrom("SAME" as const, "VALID" as const),
    threads: fc.integer({ min: 1, max: 4 }),
    seed: fc.integer({ min: 1, max: 1e6 }),
  })
  .filter(
    ({ padding, height, width, kernel }) => padding === "SAME" || (height >= kernel[0] && width >= kernel[1]),
  );

function attributes({ strides, padding }: Convolution, ...more: OpAttribute[]): OpAttribute[] {
  const { TF_ATTR_TYPE, TF_ATTR_INT, TF_ATTR_STRING } = backend.binding;
  return [
    { name: "T", type: TF_ATTR_TYPE, value: DataType.DT_FLOAT },
    { name: "strides", type: TF_ATTR_INT, value: [1, ...strides, 1] },
    { name: "padding", type: TF_ATTR_STRING, value: padding },
    { name: "data_format", type: TF_ATTR_STRING, value: "NHWC" },
    { name: "dilations", type: TF_ATTR_INT, value: [1, 1, 1, 1] },
    ...more,
  ];
}

/** Small whole numbers: their sums are exact in float32, in whatever order. */
function wholeNumbers(shape: number[], seed: number): Tensor {
  const size = shape.reduce((a, b) => a * b, 1);
  return tf.tensor(
    Float32Array.from({ length: size }, (_, i) => ((i * 7919 + seed * 104729) % 7) - 3),
    shape,
  );
}

function run(
  name: string,
  c: Convolution,
  inputs: Tensor[],
  direct: boolean,
): { shape: number[]; values: number[] } {
  const threads = { name: "threads", type: backend.binding.TF_ATTR_INT, value: c.threads };
  const output = direct
    ? backend.executeSingleOutput(`Congruent${name}`, attributes(c, threads), inputs)
    : backend.executeSingleOutput(name, attributes(c), inputs);
  // TensorFlow may give -0 where we give 0: an empty sum has no sign of its own.
  return { shape: output.shape, values: Array.from(output.dataSync(), (value) => value + 0) };
}

/** The three operators of a convolution, each with its inputs. */
function operatorsOf(c: Convolution): [string, Tensor[]][] {
  const x = wholeNumbers([c.images, c.height, c.width, c.channels], c.seed);
  const filter = wholeNumbers([...c.kernel, c.channels, c.filters], c.seed + 1);
  const y = backend.executeSingleOutput("Conv2D", attributes(c), [x, filter]);
  const dy = wholeNumbers(y.shape, c.seed + 2);
  const sizes = (tensor: Tensor) => tf.tensor1d(tensor.shape, "int32") as Tensor;
  const byInput: [string, Tensor[]][] =
    c.strides[0] === 1 && c.strides[1] === 1 ? [["Conv2DBackpropInput", [sizes(x), filter, dy]]] : [];
  return [["Conv2D", [x, filter]], ["Conv2DBackpropFilter", [x, sizes(filter), dy]], ...byInput];
}

describe("direct convolutions", () => {
  it("compute exactly what TensorFlow's do, of whole numbers", () => {
    fc.assert(
      fc.property(convolutions, (c) => {
        tf.tidy(() => {
          for (const [name, inputs] of operatorsOf(c)) {
            expect({ name, ...run(name, c, inputs, true) }).toEqual({ name, ...run(name, c, inputs, false) });
          }
        });
      }),
      { numRuns: 150, seed: 2026 },
    );
  });

  it("give the same bits with any number of threads", () => {
    const sizes = {
      images: 19,
      height: 11,
      width: 13,
      channels: 3,
      kernel: [3, 3],
      filters: 21,
      strides: [1, 1],
    } as const;
    tf.tidy(() => {
      const of = (threads: number): Convolution => ({
        ...sizes,
        ...{ kernel: [3, 3], strides: [1, 1], padding: "SAME", threads, seed: 1 },
      });
      const inputs = operatorsOf(of(1)).map(([name, tensors]): [string, Tensor[]] => [
        name,
        tensors.map((t) => (t.dtype === "int32" ? t : (tf.sin(tf.mul(t, 1.7)) as Tensor))),
      ]);
      for (const [name, tensors] of inputs) {
        const once = run(name, of(1), tensors, true);
        for (const threads of [2, 3, 8]) expect(run(name, of(threads), tensors, true)).toEqual(once);
      }
    });
  });

  it("refuse shapes that do not belong together", () => {
    const c: Convolution = {
      ...{ images: 2, height: 5, width: 5, channels: 3, kernel: [3, 3], filters: 4, strides: [1, 1] },
      ...{ padding: "VALID", threads: 1, seed: 1 },
    };
    tf.tidy(() => {
      const x = wholeNumbers([2, 5, 5, 3], 1);
      expect(() => run("Conv2D", c, [x, wholeNumbers([3, 3, 2, 4], 1)], true)).toThrow(
        /channels of its input/,
      );
      const sizes = tf.tensor1d([3, 3, 3, 4], "int32") as Tensor;
      const dy = wholeNumbers([2, 4, 3, 4], 1);
      expect(() => run("Conv2DBackpropFilter", c, [x, sizes, dy], true)).toThrow(/shape of its output/);
      expect(() => run("Conv2D", c, [wholeNumbers([5, 5, 3], 1), x], true)).toThrow(/rank 4/);
    });
  });
});

describe("withConvolutions", () => {
  const op = (name: string, changed: Record<string, OpAttribute["value"]> = {}): RecordedOp => ({
    name,
    attributes: attributes({ strides: [1, 1], padding: "SAME" } as Convolution).map((a) => ({
      ...a,
      value: changed[a.name] ?? a.value,
    })),
    inputs: [1, 2],
    outputs: [3],
    scope: "layer",
  });
  const recording = (...ops: RecordedOp[]): Recording => ({
    ...{ ops, constants: new Map(), shapes: new Map(), aliases: new Map(), known: [] },
  });
  const names = (convolutions: "tensorflow" | "direct", ...ops: RecordedOp[]) =>
    withConvolutions(convolutions, backend.binding, recording(...ops)).ops.map(({ name }) => name);

  it("replaces convolutions and their gradients by name, and nothing else", () => {
    const ops = [
      op("Conv2D"),
      op("Conv2DBackpropFilter"),
      op("Conv2DBackpropInput"),
      op("DepthwiseConv2dNative"),
    ];
    expect(names("direct", ...ops)).toEqual([
      "CongruentConv2D",
      "CongruentConv2DBackpropFilter",
      "CongruentConv2DBackpropInput",
      "DepthwiseConv2dNative",
    ]);
    expect(names("tensorflow", ...ops)).toEqual(ops.map(({ name }) => name));
  });

  it("leaves what the addon cannot compute", () => {
    const left = [
      op("Conv2D", { dilations: [1, 2, 2, 1] }),
      op("Conv2D", { padding: "EXPLICIT" }),
      op("Conv2D", { data_format: "NCHW" }),
      op("Conv2D", { T: DataType.DT_BFLOAT16 }),
      op("Conv2DBackpropInput", { strides: [1, 2, 2, 1] }),
    ];
    expect(names("direct", ...left)).toEqual(left.map(({ name }) => name));
    expect(names("direct", op("Conv2D", { strides: [1, 2, 2, 1] }))).toEqual(["CongruentConv2D"]);
  });
});
