import { CongruentError } from "@congruent/core";
import { replaceProperty } from "../model/replace-property.js";
import type { TrainableModel } from "../model/trainable-model.js";
import type { Binding, NodeBackend, OpAttribute, Tensor, TensorMetadata } from "../tensorflow.js";

/** A value that JavaScript handed to TensorFlow while recording: a shape, an axis, a scale. */
export interface RecordedConstant {
  id: number;
  /** TensorFlow's DataType number. */
  dtype: number;
  shape: readonly number[];
  values: number[];
}

export interface RecordedOp {
  name: string;
  attributes: OpAttribute[];
  inputs: number[];
  outputs: number[];
  /** The layer that was being applied, or "gradients". */
  scope: string;
}

/** Everything that tfjs-node executed while a function ran, in order. Tensors are numbers, as in the addon. */
export interface Recording {
  ops: RecordedOp[];
  constants: Map<number, RecordedConstant>;
  shapes: Map<number, readonly number[]>;
  /** Ids that stand for another one, after simplification. */
  aliases: Map<number, number>;
  /** Ids of the tensors that existed before and are not constants: weights and inputs, in a fixed order. */
  known: readonly number[];
}

type Applicable = { name: string; apply: (...parameters: unknown[]) => unknown };

/** Tracks which layer of a model is being applied, so that recorded operators have its name. */
export class Scope {
  current = "";

  /** Runs `f` while every layer's `apply` sets `current` to its name. */
  following<T>(model: TrainableModel, f: () => T): T {
    const layers = model.layers as unknown as Applicable[];
    const restore = layers.map((layer) => {
      const { apply } = layer;
      return replaceProperty(layer, "apply", (...parameters) => {
        const outer = this.current;
        this.current = layer.name;
        try {
          return apply.apply(layer, parameters);
        } finally {
          this.current = outer;
        }
      });
    });
    try {
      return f();
    } finally {
      for (const back of restore) back();
      this.current = "";
    }
  }
}

/**
 * Runs `f` and records every operator that the backend executes. The operators are executed, so `f` sees real
 * values; inputs of the graph to be made must have been uploaded (`getInputTensorIds`) before.
 *
 * @param known shapes of the tensors that exist already and become placeholders or variables, by id.
 * @param outputsOf the tensors that the graph is to give. One that no operator computed is recorded as the identity of a constant, so
 * that it is compared between recordings like every other constant.
 */
export function record<T>(
  backend: NodeBackend,
  known: ReadonlyMap<number, readonly number[]>,
  scope: Scope,
  f: () => T,
  outputsOf: (result: T) => Tensor[] = () => [],
): { result: T; recording: Recording; outputs: number[] } {
  const real = backend.binding;
  const recording: Recording = {
    ops: [],
    constants: new Map(),
    shapes: new Map(known),
    aliases: new Map(),
    known: [...known.keys()],
  };
  const produced = new Set<number>(known.keys());

  const recorder: Binding = Object.create(real, {
    createTensor: {
      value: (shape: readonly number[], dtype: number, values: ArrayLike<number | boolean>) => {
        const id = real.createTensor(shape, dtype, values);
        recording.constants.set(id, {
          id,
          dtype,
          shape: [...shape],
          values: Array.from(values as ArrayLike<number>, Number),
        });
        recording.shapes.set(id, [...shape]);
        produced.add(id);
        return id;
      },
    },
    executeOp: {
      value: (name: string, attributes: OpAttribute[], inputs: number[], count: number) => {
        for (const id of inputs) {
          if (!produced.has(id)) {
            const constant = lateConstant(real, id);
            recording.constants.set(id, constant);
            recording.shapes.set(id, constant.shape);
            produced.add(id);
          }
        }
        const stated = withStatedType(real, name, attributes, inputs);
        const outputs = real.executeOp(name, stated, inputs, count);
        for (const output of outputs) {
          produced.add(output.id);
          recording.shapes.set(output.id, output.shape);
        }
        recording.ops.push({
          name,
          attributes: stated.map((attribute) => ({ ...attribute })),
          inputs: [...inputs],
          outputs: outputs.map((output) => output.id),
          scope: scope.current,
        });
        return outputs;
      },
    },
  });

  backend.binding = recorder;
  try {
    const result = f();
    const outputs = backend
      .getInputTensorIds(outputsOf(result))
      .map((id) => (recording.constants.has(id) || !produced.has(id) ? identityOf(recorder, real, id) : id));
    return { result, recording, outputs };
  } finally {
    backend.binding = real;
  }
}

function identityOf(recorder: Binding, real: Binding, id: number): number {
  const [copy] = recorder.executeOp("Identity", [typeOf(real, id)], [id], 1);
  if (!copy) throw new Error("Identity returned nothing");
  // Only its value is used.
  recorder.deleteTensor(copy.id);
  return copy.id;
}

/** tfjs-node states no type for ExpandDims: TensorFlow infers it where it executes at once, and not in a graph. */
function withStatedType(
  binding: Binding,
  name: string,
  attributes: OpAttribute[],
  [input = -1]: number[],
): OpAttribute[] {
  if (name !== "ExpandDims" || attributes.length > 0) return attributes;
  return [typeOf(binding, input)];
}

function typeOf(binding: Binding, id: number): OpAttribute {
  return { name: "T", type: binding.TF_ATTR_TYPE, value: withCopy(binding, id, ({ dtype }) => dtype) };
}

/** Largest tensor that may have been made before the recording and still be treated as a constant of the step. */
const LATE_CONSTANT_LIMIT = 4096;

/** A scalar or small table that tfjs keeps between steps: its value is read where it is first used. */
function lateConstant(binding: Binding, id: number): RecordedConstant {
  return withCopy(binding, id, ({ id: copy, dtype, shape }) => {
    const values = Array.from(binding.tensorDataSync(copy), Number);
    if (values.length <= LATE_CONSTANT_LIMIT) return { id, dtype, shape, values };
    throw new CongruentError({
      code: "E_CAPTURE_EXTERNAL",
      what: `the training step reads a tensor of shape [${shape.join(", ")}] that is neither a weight nor an input`,
      expected: "only weights, inputs and small constants",
      fix: "make it a weight of a layer, or train with --engine eager",
    });
  });
}

/** `f` of a copy of a tensor: the addon tells type and shape only of what an operator returns. */
function withCopy<T>(binding: Binding, id: number, f: (copy: TensorMetadata) => T): T {
  const [copy] = binding.executeOp("Identity", [], [id], 1);
  if (!copy) throw new Error("Identity returned nothing");
  try {
    return f(copy);
  } finally {
    binding.deleteTensor(copy.id);
  }
}
