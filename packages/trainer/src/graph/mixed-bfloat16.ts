import { DataType } from "../generated/tensorflow/core/framework/types_pb.js";
import type { Binding, OpAttribute } from "../tensorflow.js";
import type { RecordedOp, Recording } from "./recorder.js";

const { DT_FLOAT, DT_BFLOAT16 } = DataType;

/** Kernels and matrix products, with the positions of their operands; the other inputs are shapes. */
const PRODUCTS: Record<string, readonly number[]> = {
  BatchMatMulV2: [0, 1],
  Conv2D: [0, 1],
  Conv2DBackpropFilter: [0, 2],
  Conv2DBackpropInput: [1, 2],
  MatMul: [0, 1],
};

/**
 * A recording whose convolutions and matrix products, gradients included, take bfloat16 operands and give float32:
 * weights, sums, normalizations and updates stay float32.
 */
export function mixedBfloat16(binding: Binding, recording: Recording): Recording {
  const ops: RecordedOp[] = [];
  const rounded = new Map<number, number>();
  // Recorded ids count upwards from 0.
  let nextId = -1;
  const cast = (scope: string, input: number, output: number, from: DataType, to: DataType): void => {
    const type = (name: string, value: DataType): OpAttribute => ({
      name,
      type: binding.TF_ATTR_TYPE,
      value,
    });
    const truncate: OpAttribute = { name: "Truncate", type: binding.TF_ATTR_BOOL, value: false };
    const attributes = [type("SrcT", from), type("DstT", to), truncate];
    ops.push({ name: "Cast", attributes, inputs: [input], outputs: [output], scope });
  };
  const round = (scope: string, id: number): number => {
    const known = rounded.get(id);
    if (known !== undefined) return known;
    const output = nextId--;
    rounded.set(id, output);
    cast(scope, id, output, DT_FLOAT, DT_BFLOAT16);
    return output;
  };
  for (const op of recording.ops) {
    const operands = PRODUCTS[op.name];
    const float = op.attributes.some(({ name, value }) => name === "T" && value === DT_FLOAT);
    if (!operands || !float) {
      ops.push(op);
      continue;
    }
    const inputs = op.inputs.map((id, i) => (operands.includes(i) ? round(op.scope, id) : id));
    const product = nextId--;
    const attributes = op.attributes.map((a) => (a.name === "T" ? { ...a, value: DT_BFLOAT16 } : a));
    ops.push({ ...op, inputs, outputs: [product], attributes });
    cast(op.scope, product, op.outputs[0] as number, DT_BFLOAT16, DT_FLOAT);
  }
  return { ...recording, ops };
}
