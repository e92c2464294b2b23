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
import { withKernels } from "./own-kernels.js";
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
  )
  // There TensorFlow 2.21 itself writes beyond its memory, on processors with AVX-512: see `writesBeyond`.
  .filter(({ kernel, strides }) => kernel[0] * kernel[1] > 1 || strides[0] === strides[1]);

function attributes(
  { strides, padding }: Pick<Convolution, "strides" | "padding">,
  ...more: OpAttribute[]
): OpAttribute[] {
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

describe("convolutions of our own", () => {
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

  it("compute the gradient by a filter of one pixel whose strides differ as a product of matrices", () => {
    fc.assert(
      fc.property(
        convolutions,
        fc.constantFrom<[number, number]>([2, 1], [1, 2], [3, 1], [2, 3]),
        (drawn, strides) => {
          const c: Convolution = { ...drawn, kernel: [1, 1], strides, padding: "VALID" };
          tf.tidy(() => {
            const x = wholeNumbers([c.images, c.height, c.width, c.channels], c.seed);
            const taken = x.stridedSlice([0, 0, 0, 0], x.shape, [1, ...strides, 1]) as Tensor;
            const dy = wholeNumbers([...taken.shape.slice(0, 3), c.filters], c.seed + 2);
            const sizes = tf.tensor1d([1, 1, c.channels, c.filters], "int32") as Tensor;
            const rows = (t: Tensor) => t.reshape([-1, t.shape[3] as number]);
            const product = tf.matMul(rows(taken), rows(dy), true) as Tensor;
            expect(run("Conv2DBackpropFilter", c, [x, sizes, dy], true)).toEqual({
              shape: [1, 1, c.channels, c.filters],
              values: Array.from(product.dataSync(), (value) => value + 0),
            });
          });
        },
      ),
      { numRuns: 40, seed: 2029 },
    );
  });

  it("add a bias and cut off below zero as BiasAdd and Relu do", () => {
    fc.assert(
      fc.property(convolutions, fc.boolean(), (c, relu) => {
        tf.tidy(() => {
          const [[, inputs]] = operatorsOf(c) as [[string, Tensor[]]];
          const bias = wholeNumbers([c.filters], c.seed + 3);
          const plain = backend.executeSingleOutput("Conv2D", attributes(c), inputs);
          const sum = tf.add(plain, bias) as Tensor;
          const expected = Array.from((relu ? tf.relu(sum) : sum).dataSync(), (value) => value + 0);
          const { TF_ATTR_BOOL, TF_ATTR_INT } = backend.binding;
          const own = backend.executeSingleOutput(
            "CongruentFusedConv2D",
            attributes(
              c,
              { name: "relu", type: TF_ATTR_BOOL, value: relu },
              { name: "threads", type: TF_ATTR_INT, value: c.threads },
            ),
            [...inputs, bias],
          );
          expect(Array.from(own.dataSync(), (value) => value + 0)).toEqual(expected);
        });
      }),
      { numRuns: 50, seed: 2027 },
    );
  });

  it("keep what is not a number", () => {
    const c: Convolution = {
      ...{ images: 1, height: 1, width: 3, channels: 1, kernel: [1, 1], filters: 1, strides: [1, 1] },
      ...{ padding: "VALID", threads: 1, seed: 1 },
    };
    tf.tidy(() => {
      const x = tf.tensor4d([Number.NaN, Number.POSITIVE_INFINITY, -1], [1, 1, 3, 1]) as Tensor;
      const relu = { name: "relu", type: backend.binding.TF_ATTR_BOOL, value: true };
      const [one, zero] = [tf.ones([1, 1, 1, 1]), tf.zeros([1])] as [Tensor, Tensor];
      const y = backend.executeSingleOutput("CongruentFusedConv2D", attributes(c, relu), [x, one, zero]);
      expect([...y.dataSync()]).toEqual([Number.NaN, Number.POSITIVE_INFINITY, 0]);
    });
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

describe("average pooling of our own", () => {
  const pools = fc.record({
    shape: fc.tuple(
      fc.integer({ min: 1, max: 4 }),
      fc.integer({ min: 3, max: 11 }),
      fc.integer({ min: 3, max: 11 }),
      fc.integer({ min: 1, max: 19 }),
    ),
    window: fc.tuple(fc.integer({ min: 1, max: 3 }), fc.integer({ min: 1, max: 3 })),
    strides: fc.tuple(fc.integer({ min: 1, max: 3 }), fc.integer({ min: 1, max: 3 })),
    seed: fc.integer({ min: 1, max: 1e6 }),
  });

  it("computes what TensorFlow's does, to the rounding of a division", () => {
    fc.assert(
      fc.property(pools, ({ shape, window, strides, seed }) => {
        tf.tidy(() => {
          const { TF_ATTR_TYPE, TF_ATTR_INT, TF_ATTR_STRING } = backend.binding;
          const stated: OpAttribute[] = [
            { name: "T", type: TF_ATTR_TYPE, value: DataType.DT_FLOAT },
            { name: "ksize", type: TF_ATTR_INT, value: [1, ...window, 1] },
            { name: "strides", type: TF_ATTR_INT, value: [1, ...strides, 1] },
            { name: "padding", type: TF_ATTR_STRING, value: "VALID" },
            { name: "data_format", type: TF_ATTR_STRING, value: "NHWC" },
          ];
          const both = (name: string, inputs: Tensor[]) =>
            [name, `Congruent${name}`].map((each) => backend.executeSingleOutput(each, stated, inputs)) as [
              Tensor,
              Tensor,
            ];
          const x = wholeNumbers([...shape], seed);
          const [pooled, ours] = both("AvgPool", [x]);
          const sizes = tf.tensor1d([...shape], "int32") as Tensor;
          const gradients = both("AvgPoolGrad", [sizes, wholeNumbers(pooled.shape, seed + 1)]);
          for (const [theirs, own] of [[pooled, ours], gradients] as const) {
            expect(own.shape).toEqual(theirs.shape);
            // At most nine quotients of numbers up to 27 are summed, each rounded to 2^-24 of itself.
            const [a, b] = [theirs.dataSync<"float32">(), own.dataSync<"float32">()];
            const worst = a.reduce((most, value, i) => Math.max(most, Math.abs(value - (b[i] as number))), 0);
            expect(worst).toBeLessThanOrEqual(9 * 27 * 2 ** -23);
          }
        });
      }),
      { numRuns: 100, seed: 2028 },
    );
  });
});

describe("withKernels", () => {
  let next = 100;
  const operands: Record<string, number[]> = {
    Conv2D: [1, 2],
    Conv2DBackpropFilter: [1, 5, 3],
    Conv2DBackpropInput: [6, 2, 3],
  };
  /** Ids: 1 input, 2 filter, 3 gradient of the output, 4 bias. */
  const shapes: [number, number[]][] = [
    [1, [8, 10, 10, 3]],
    [2, [3, 3, 3, 4]],
    [3, [8, 10, 10, 4]],
    [4, [4]],
  ];
  const op = (name: string, changed: Record<string, OpAttribute["value"]> = {}): RecordedOp => ({
    name,
    attributes: attributes({ strides: [1, 1], padding: "SAME" }).map((a) => ({
      ...a,
      value: changed[a.name] ?? a.value,
    })),
    inputs: operands[name] ?? [1],
    outputs: [next++],
    scope: "layer",
  });
  const outputShape = (name: string) => (name === "Conv2DBackpropFilter" ? [3, 3, 3, 4] : [8, 10, 10, 4]);
  const rewritten = (
    ops: RecordedOp[],
    outputs: number[],
    kernels: "own" | "tensorflow" = "own",
    more: [number, number[]][] = [],
  ) => {
    const known = ops.map(({ name, outputs: [id] }): [number, number[]] => [id as number, outputShape(name)]);
    const recording: Recording = {
      ...{ ops, constants: new Map(), aliases: new Map(), known: [] },
      shapes: new Map([...shapes, ...known, ...more]),
    };
    return withKernels(kernels, backend.binding, recording, outputs).ops;
  };
  const names = (...parameters: Parameters<typeof rewritten>) =>
    rewritten(...parameters).map(({ name }) => name);

  it("replaces convolutions and their gradients, and nothing else", () => {
    const ops = [
      op("Conv2D"),
      op("Conv2DBackpropFilter"),
      op("Conv2DBackpropInput"),
      op("DepthwiseConv2dNative"),
    ];
    const all = ops.flatMap(({ outputs }) => outputs);
    expect(names(ops, all)).toEqual([
      "CongruentConv2D",
      "CongruentConv2DBackpropFilter",
      "CongruentConv2DBackpropInput",
      "DepthwiseConv2dNative",
    ]);
    expect(names(ops, all, "tensorflow")).toEqual(ops.map(({ name }) => name));
  });

  it("replaces an operator of TensorFlow's that is not safe, whatever is asked for", () => {
    const gradient = op("Conv2DBackpropFilter", { strides: [1, 2, 1, 1] });
    const [id] = gradient.outputs as [number];
    const of = (filter: number[]) => names([gradient], [id], "tensorflow", [[id, filter]]);
    expect(of([1, 1, 3, 4])).toEqual(["CongruentConv2DBackpropFilter"]);
    expect(of([3, 1, 3, 4])).toEqual(["Conv2DBackpropFilter"]);
    const even = op("Conv2DBackpropFilter", { strides: [1, 2, 2, 1] });
    expect(names([even], even.outputs, "tensorflow", [[even.outputs[0] as number, [1, 1, 3, 4]]])).toEqual([
      "Conv2DBackpropFilter",
    ]);
  });

  it("leaves what the addon cannot compute", () => {
    const left = [
      op("Conv2D", { dilations: [1, 2, 2, 1] }),
      op("Conv2D", { padding: "EXPLICIT" }),
      op("Conv2D", { data_format: "NCHW" }),
      op("Conv2D", { T: DataType.DT_BFLOAT16 }),
      op("Conv2DBackpropInput", { strides: [1, 2, 2, 1] }),
      op("AvgPool", { padding: "SAME" }),
    ];
    const all = left.flatMap(({ outputs }) => outputs);
    expect(names(left, all)).toEqual(left.map(({ name }) => name));
    const strided = op("Conv2D", { strides: [1, 2, 2, 1] });
    expect(names([strided, op("AvgPool", { padding: "VALID" })], strided.outputs)).toEqual([
      "CongruentConv2D",
      "CongruentAvgPool",
    ]);
  });

  it("leaves filters that are large beside their images", () => {
    const large = op("Conv2D");
    expect(names([large], large.outputs, "own", [[2, [3, 3, 512, 512]]])).toEqual(["Conv2D"]);
    expect(names([large], large.outputs, "own", [[large.outputs[0] as number, [8, 4, 4, 4]]])).toEqual([
      "Conv2D",
    ]);
  });

  it("computes a bias and a ReLU with the convolution that only they follow", () => {
    const convolution = op("Conv2D");
    const [sum] = convolution.outputs as [number];
    const bias = { ...op("BiasAdd"), inputs: [sum, 4] };
    const relu = { ...op("Relu"), inputs: [...bias.outputs] };
    const other = { ...op("Neg"), inputs: [sum] };
    const ops = [convolution, bias, relu];
    const [whole] = rewritten(ops, relu.outputs);
    expect(whole).toMatchObject({
      name: "CongruentFusedConv2D",
      inputs: [1, 2, 4],
      outputs: relu.outputs,
      scope: "layer",
    });
    expect(whole?.attributes).toContainEqual({
      name: "relu",
      type: backend.binding.TF_ATTR_BOOL,
      value: true,
    });
    expect(names(ops, [...relu.outputs, ...bias.outputs])).toEqual(["CongruentFusedConv2D", "Relu"]);
    expect(names(ops, [...relu.outputs, sum])).toEqual(["CongruentConv2D", "BiasAdd", "Relu"]);
    expect(names([...ops, other], [...relu.outputs, ...other.outputs])).toEqual([
      "CongruentConv2D",
      "BiasAdd",
      "Relu",
      "Neg",
    ]);
  });
});
