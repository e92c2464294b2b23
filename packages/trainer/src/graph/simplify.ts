import { DataType } from "../generated/tensorflow/core/framework/types_pb.js";
import type { Binding, OpAttribute } from "../tensorflow.js";
import type { RecordedOp, Recording } from "./recorder.js";

/**
 * Writes a recording in TensorFlow's own vocabulary: tfjs writes a dense layer as reshapes around a batched matrix
 * product of rank 3, a bias as a broadcast addition, its gradient as a sum. The values are the same; the
 * graph is shorter, TensorFlow picks faster kernels, and exporters recognize the layer.
 */
export function simplify(binding: Binding, recording: Recording, outputs: readonly number[]): Recording {
  return new Simplifier(binding, recording, outputs).run();
}

/** Operators of one input that work for every rank. */
const ELEMENTWISE = new Set(["Relu", "Relu6", "Elu", "Selu", "Sigmoid", "Tanh", "Softplus", "LeakyRelu"]);

class Simplifier {
  readonly #binding: Binding;
  readonly #constants: Recording["constants"];
  readonly #shapes: Map<number, readonly number[]>;
  readonly #source: Recording;
  readonly #outputs: ReadonlySet<number>;
  readonly #consumers = new Map<number, RecordedOp[]>();
  readonly #producers = new Map<number, RecordedOp>();
  /** What a reshape was made from, before chains of reshapes were shortened. */
  readonly #reshaped = new Map<number, number>();
  /** An id that stands for another one from here on. */
  readonly #alias = new Map<number, number>();
  readonly #ops: RecordedOp[] = [];

  constructor(binding: Binding, recording: Recording, outputs: readonly number[]) {
    this.#binding = binding;
    this.#outputs = new Set(outputs);
    this.#source = recording;
    this.#constants = recording.constants;
    this.#shapes = new Map(recording.shapes);
    for (const op of recording.ops) {
      for (const id of op.inputs) this.#consumers.set(id, [...(this.#consumers.get(id) ?? []), op]);
    }
  }

  run(): Recording {
    for (const recorded of this.#source.ops) {
      const op = { ...recorded, inputs: recorded.inputs.map((id) => this.#alias.get(id) ?? id) };
      const shape = this.#shape(op.inputs[0]);
      if (ELEMENTWISE.has(op.name) && shape) this.#shapes.set(op.outputs[0] ?? -1, shape);
      const rewrite = this.#rules[op.name];
      const kept = rewrite ? rewrite(op) : op;
      if (!kept) continue;
      this.#ops.push(kept);
      for (const id of kept.outputs) this.#producers.set(id, kept);
    }
    return { ...this.#source, ops: this.#ops, shapes: this.#shapes, aliases: this.#alias };
  }

  /** One rule for each operator that can be simplified; null removes the operator. */
  readonly #rules: Record<string, (op: RecordedOp) => RecordedOp | null> = {
    Cast: (op) => {
      const [from, to] = ["SrcT", "DstT"].map((name) => attributeOf(op, name));
      return from === to ? this.#drop(op) : op;
    },

    Reshape: (op) => {
      const [input = -1, target = -1] = op.inputs;
      const producer = this.#producers.get(input);
      const source = producer?.name === "Reshape" ? (producer.inputs[0] ?? input) : input;
      this.#reshaped.set(op.outputs[0] ?? -1, input);
      const simpler = { ...op, inputs: [source, target] };
      return equalShapes(this.#shape(source), this.#shape(op.outputs[0])) ? this.#drop(simpler) : simpler;
    },

    BatchMatMulV2: (op) => {
      const operands = op.inputs.map((id) => this.#asMatrix(id));
      const [a, b] = operands;
      const output = op.outputs[0] ?? -1;
      const shape = this.#shape(output);
      if (a === undefined || b === undefined || !shape || !isFloat(op)) return op;
      if (shape.length === 3) {
        if (!this.#onlyReshaped(output)) return op;
        this.#shapes.set(output, shape.slice(1));
      }
      const boolean = (name: string, from: string): OpAttribute => ({
        name,
        type: this.#binding.TF_ATTR_BOOL,
        value: attributeOf(op, from) === true,
      });
      return {
        ...op,
        name: "MatMul",
        inputs: [a, b],
        attributes: [
          { name: "T", type: this.#binding.TF_ATTR_TYPE, value: DataType.DT_FLOAT },
          boolean("transpose_a", "adj_x"),
          boolean("transpose_b", "adj_y"),
        ],
      };
    },

    Add: (op) => {
      const shape = this.#shape(op.inputs[0]);
      // TensorFlow fuses an addition to a product of shape [1, n] into a bias, which must be of rank 1.
      if (shape?.length === 2 && shape[0] === 1 && equalShapes(shape, this.#shape(op.inputs[1]))) {
        const count: OpAttribute = { name: "N", type: this.#binding.TF_ATTR_INT, value: 2 };
        return { ...op, name: "AddN", attributes: [...op.attributes, count] };
      }
      if (!shape || !this.#addsBias(op)) return op;
      this.#shapes.set(op.outputs[0] ?? -1, shape);
      return { ...op, name: "BiasAdd" };
    },

    Sum: (op) => {
      const [x = -1, axes = -1] = op.inputs;
      const shape = this.#shape(x);
      const reduced = this.#constants.get(axes)?.values;
      if (!shape || shape.length < 2 || !reduced) return op;
      const summed = new Set(reduced.map((axis) => (axis < 0 ? axis + shape.length : axis)));
      const allButLast = summed.size === shape.length - 1 && !summed.has(shape.length - 1);
      if (!allButLast || attributeOf(op, "keep_dims") !== false || !isFloat(op)) return op;
      return {
        ...op,
        name: "BiasAddGrad",
        inputs: [x],
        attributes: op.attributes.filter((a) => a.name === "T"),
      };
    },
  };

  /** The rank-2 tensor behind an operand: itself, or what a reshape to [1, rows, columns] was made from. */
  #asMatrix(id: number): number | undefined {
    const shape = this.#shape(id);
    if (shape?.length === 2) return id;
    if (shape?.length !== 3 || shape[0] !== 1) return undefined;
    const source = this.#reshaped.get(id);
    return source !== undefined && equalShapes(this.#shape(source), shape.slice(1)) ? source : undefined;
  }

  /** Whether a tensor of rank 3 may lose its leading 1: only a reshape depends on its rank. */
  #onlyReshaped(id: number): boolean {
    if (this.#outputs.has(id)) return false;
    const consumers = this.#consumers.get(id) ?? [];
    return consumers.every((op) => {
      if (op.name === "Reshape") return op.inputs[0] === id;
      if (ELEMENTWISE.has(op.name)) return this.#onlyReshaped(op.outputs[0] ?? -1);
      const isBias = op.name === "Add" && op.inputs[0] === id && this.#addsBias(op);
      return isBias && this.#onlyReshaped(op.outputs[0] ?? -1);
    });
  }

  /** Whether an addition is that of a vector along the last dimension of a tensor. */
  #addsBias(op: RecordedOp): boolean {
    const [shape, bias] = [this.#shape(op.inputs[0]), this.#shape(op.inputs[1])];
    if (!shape || shape.length < 2 || bias?.length !== 1) return false;
    return bias[0] === shape.at(-1) && isFloat(op);
  }

  #drop(op: RecordedOp): RecordedOp | null {
    const [input = -1] = op.inputs;
    const [output = -1] = op.outputs;
    const constant = this.#constants.get(input);
    if (constant && this.#outputs.has(output)) {
      // A constant is compared between recordings, and follows the batch, where an operator reads it.
      const T: OpAttribute = { name: "T", type: this.#binding.TF_ATTR_TYPE, value: constant.dtype };
      return { ...op, name: "Identity", inputs: [input], attributes: [T] };
    }
    this.#alias.set(output, input);
    return null;
  }

  #shape(id: number | undefined): readonly number[] | undefined {
    return id === undefined ? undefined : this.#shapes.get(id);
  }
}

function attributeOf(op: RecordedOp, name: string): OpAttribute["value"] | undefined {
  return op.attributes.find((attribute) => attribute.name === name)?.value;
}

function isFloat(op: RecordedOp): boolean {
  return attributeOf(op, "T") === DataType.DT_FLOAT;
}

function equalShapes(a: readonly number[] | undefined, b: readonly number[] | undefined): boolean {
  return a !== undefined && b !== undefined && a.length === b.length && a.every((dim, i) => dim === b[i]);
}
