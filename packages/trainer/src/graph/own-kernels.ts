import type { Environment } from "@congruent/core/schemas";
import { computingThreads } from "@congruent/toolchain";
import { DataType } from "../generated/tensorflow/core/framework/types_pb.js";
import type { Binding, OpAttribute } from "../tensorflow.js";
import type { RecordedOp, Recording } from "./recorder.js";

/** Whose kernels compute convolutions and average pooling: TensorFlow's, or those of this project's addon. */
export type Kernels = NonNullable<Environment["kernels"]>;

interface OwnOperator {
  name: string;
  /** Whether it takes the attribute `threads`. */
  threads: boolean;
  /** Whether it can compute what TensorFlow's operator of these attributes and operands does, and is meant for sizes like these. */
  takes(op: RecordedOp, shapeOf: ShapeOf): boolean;
}

type ShapeOf = (id: number | undefined) => readonly number[] | undefined;

/** The filter of a group of channels must stay in the processor's cache: 2,048 × 16 numbers are 128 kB. */
const MOST_TAPS = 2048;
/** With fewer pixels than 5 × 5 there is more filter to be read than there is to compute. */
const FEWEST_PIXELS = 25;

/** Whether a convolution of these shapes, [batch, H, W, C], gains by kernels that unfold nothing. */
function fits(wide: readonly number[] | undefined, filter: readonly number[] | undefined): boolean {
  const [, height = 0, width = 0] = wide ?? [];
  const [kernelHeight = 0, kernelWidth = 0, channels = Number.POSITIVE_INFINITY] = filter ?? [];
  return height * width >= FEWEST_PIXELS && kernelHeight * kernelWidth * channels <= MOST_TAPS;
}

/** The operators that packages/toolchain/addon registers, by the name of TensorFlow's that computes the same. */
const OWN: Readonly<Record<string, OwnOperator>> = {
  Conv2D: {
    name: "CongruentConv2D",
    threads: true,
    takes: (op, shapeOf) => isPlain(op) && fits(shapeOf(op.outputs[0]), shapeOf(op.inputs[1])),
  },
  Conv2DBackpropFilter: {
    name: "CongruentConv2DBackpropFilter",
    threads: true,
    takes: (op, shapeOf) => isPlain(op) && fits(shapeOf(op.inputs[2]), shapeOf(op.outputs[0])),
  },
  Conv2DBackpropInput: {
    name: "CongruentConv2DBackpropInput",
    threads: true,
    takes: (op, shapeOf) =>
      isPlain(op) && isAllOnes(op, "strides") && fits(shapeOf(op.inputs[2]), turned(shapeOf(op.inputs[1]))),
  },
  AvgPool: { name: "CongruentAvgPool", threads: false, takes: isPlainPool },
  AvgPoolGrad: { name: "CongruentAvgPoolGrad", threads: false, takes: isPlainPool },
};

/** The filter of the gradient by the input: its two kinds of channels are exchanged. */
function turned(filter: readonly number[] | undefined): number[] | undefined {
  if (!filter) return undefined;
  const [height = 0, width = 0, channels = 0, filters = 0] = filter;
  return [height, width, filters, channels];
}

function isPlain(op: RecordedOp): boolean {
  return (
    isFloatNhwc(op) &&
    ["SAME", "VALID"].includes(attributeOf(op, "padding") as string) &&
    isAllOnes(op, "dilations")
  );
}

function isPlainPool(op: RecordedOp): boolean {
  return isFloatNhwc(op) && attributeOf(op, "padding") === "VALID";
}

function isFloatNhwc(op: RecordedOp): boolean {
  return attributeOf(op, "T") === DataType.DT_FLOAT && (attributeOf(op, "data_format") ?? "NHWC") === "NHWC";
}

function isAllOnes(op: RecordedOp, name: string): boolean {
  return ((attributeOf(op, name) ?? [1]) as number[]).every((size) => size === 1);
}

function attributeOf(op: RecordedOp, name: string): OpAttribute["value"] | undefined {
  return op.attributes.find((attribute) => attribute.name === name)?.value;
}

/**
 * Whether TensorFlow's operator writes beyond its memory, which ends the process or changes other numbers: in TensorFlow 2.21 the gradient by a
 * filter of 1 × 1 whose strides differ, on processors with AVX-512 (oneDNN takes such a convolution for a product of matrices).
 */
function writesBeyond(op: RecordedOp, shapeOf: ShapeOf): boolean {
  const [height, width] = shapeOf(op.outputs[0]) ?? [];
  const [, strideY, strideX] = (attributeOf(op, "strides") ?? []) as number[];
  return (
    op.name === "Conv2DBackpropFilter" && isPlain(op) && height === 1 && width === 1 && strideY !== strideX
  );
}

/**
 * A recording with the kernels that are asked for: TensorFlow's stay where the addon's cannot compute the same, or are not meant for such
 * sizes. A bias and a ReLU that only follow one of our convolutions are computed with it. In bfloat16 TensorFlow's always stay. The
 * addon's also stand in for an operator of TensorFlow's that is not safe.
 *
 * @param outputs ids that the graph gives
 */
export function withKernels(
  kernels: Kernels = "tensorflow",
  binding: Binding,
  recording: Recording,
  outputs: readonly number[],
): Recording {
  const threads: OpAttribute = { name: "threads", type: binding.TF_ATTR_INT, value: computingThreads() };
  const shapeOf = (id: number | undefined) => recording.shapes.get(id ?? -1);
  const ops = recording.ops.map((op) => {
    const own = OWN[op.name];
    const wanted = kernels === "own" ? own?.takes(op, shapeOf) : writesBeyond(op, shapeOf);
    if (!own || !wanted) return op;
    return { ...op, name: own.name, attributes: own.threads ? [...op.attributes, threads] : op.attributes };
  });
  if (kernels === "tensorflow") return { ...recording, ops };
  return {
    ...recording,
    ops: fused(binding, ops, new Set(outputs.map((id) => recording.aliases.get(id) ?? id))),
  };
}

/** Convolutions with what follows them and nothing else. */
function fused(binding: Binding, ops: readonly RecordedOp[], outputs: ReadonlySet<number>): RecordedOp[] {
  const uses = new Map<number, number>();
  for (const { inputs } of ops) for (const id of inputs) uses.set(id, (uses.get(id) ?? 0) + 1);
  const isUsedOnce = (id: number | undefined) => id !== undefined && uses.get(id) === 1 && !outputs.has(id);
  const producers = new Map<number, RecordedOp>();
  const kept = new Set<RecordedOp>();
  for (const op of ops) {
    const before = producers.get(op.inputs[0] ?? -1);
    const together = before && isUsedOnce(before.outputs[0]) ? fusion(binding, before, op) : undefined;
    if (together) kept.delete(before as RecordedOp);
    const result = together ?? op;
    kept.add(result);
    for (const id of result.outputs) producers.set(id, result);
  }
  return [...kept];
}

const FUSED = "CongruentFusedConv2D";

/** One operator for two that follow each other, where there is one. */
function fusion(binding: Binding, before: RecordedOp, op: RecordedOp): RecordedOp | undefined {
  if (before.name === "CongruentConv2D" && op.name === "BiasAdd") {
    const [, bias = -1] = op.inputs;
    return { ...before, name: FUSED, inputs: [...before.inputs, bias], outputs: op.outputs };
  }
  if (before.name === FUSED && op.name === "Relu" && !before.attributes.some(({ name }) => name === "relu")) {
    const relu: OpAttribute = { name: "relu", type: binding.TF_ATTR_BOOL, value: true };
    return { ...before, attributes: [...before.attributes, relu], outputs: op.outputs };
  }
  return undefined;
}
