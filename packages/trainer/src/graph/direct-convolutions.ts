import { computingThreads } from "@congruent/toolchain";
import { DataType } from "../generated/tensorflow/core/framework/types_pb.js";
import type { Binding, OpAttribute } from "../tensorflow.js";
import type { RecordedOp, Recording } from "./recorder.js";

/** Whose kernels compute convolutions: TensorFlow's, or those of this project's addon. */
export type Convolutions = "tensorflow" | "direct";

/** The operators that packages/toolchain/addon/convolution.cc registers, by the name of TensorFlow's that computes the same. */
const DIRECT: Readonly<Record<string, string>> = {
  Conv2D: "CongruentConv2D",
  Conv2DBackpropFilter: "CongruentConv2DBackpropFilter",
  Conv2DBackpropInput: "CongruentConv2DBackpropInput",
};

/**
 * A recording with the convolutions that are asked for: TensorFlow's stay where the addon's cannot compute the same. In bfloat16 they always
 * stay.
 */
export function withConvolutions(
  convolutions: Convolutions = "tensorflow",
  binding: Binding,
  recording: Recording,
): Recording {
  if (convolutions === "tensorflow") return recording;
  const threads: OpAttribute = { name: "threads", type: binding.TF_ATTR_INT, value: computingThreads() };
  const ops = recording.ops.map((op) => {
    const name = DIRECT[op.name];
    return name && isDirect(op) ? { ...op, name, attributes: [...op.attributes, threads] } : op;
  });
  return { ...recording, ops };
}

function isDirect(op: RecordedOp): boolean {
  const value = (name: string) => op.attributes.find((attribute) => attribute.name === name)?.value;
  const ones = (name: string) => ((value(name) ?? [1]) as number[]).every((size) => size === 1);
  if (value("T") !== DataType.DT_FLOAT || (value("data_format") ?? "NHWC") !== "NHWC") return false;
  if (!["SAME", "VALID"].includes(value("padding") as string) || !ones("dilations")) return false;
  return op.name !== "Conv2DBackpropInput" || ones("strides");
}
