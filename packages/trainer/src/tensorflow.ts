import type { TensorFlow } from "@congruent/toolchain";
import type * as tfjs from "@tensorflow/tfjs";

export type { TensorFlow };
export type Tensor = tfjs.Tensor;
export type LayersModel = tfjs.LayersModel;
export type Variable = tfjs.Variable;

/** One attribute of an operator, as tfjs-node's kernels describe it. */
export interface OpAttribute {
  name: string;
  /** One of the binding's TF_ATTR_* numbers. */
  type: number;
  value: number | boolean | string | readonly (number | boolean | string)[];
}

/** What the native addon reports of an output. `dtype` is one of TensorFlow's DataType numbers. */
export interface TensorMetadata {
  id: number;
  shape: number[];
  dtype: number;
}

/** The part of tfjs-node's native addon that the graph engine uses. */
export interface Binding {
  readonly TF_Version: string;
  readonly TF_ATTR_STRING: number;
  readonly TF_ATTR_INT: number;
  readonly TF_ATTR_FLOAT: number;
  readonly TF_ATTR_BOOL: number;
  readonly TF_ATTR_TYPE: number;
  readonly TF_ATTR_SHAPE: number;
  createTensor(shape: readonly number[], dtype: number, values: ArrayLike<number | boolean>): number;
  executeOp(name: string, attributes: OpAttribute[], inputs: number[], outputs: number): TensorMetadata[];
  tensorDataSync(id: number): ArrayLike<number>;
  deleteTensor(id: number): void;
  loadSavedModel(path: string, tags: string): number;
  deleteSavedModel(id: number): void;
}

/** The part of tfjs-node's backend that the graph engine uses. */
export interface NodeBackend {
  /** Whether TensorFlow lists a GPU. */
  readonly isUsingGpuDevice?: boolean;
  binding: Binding;
  getInputTensorIds(tensors: Tensor[]): number[];
  executeSingleOutput(name: string, attributes: OpAttribute[], inputs: Tensor[]): Tensor;
  executeMultipleOutputs(
    name: string,
    attributes: OpAttribute[],
    inputs: Tensor[],
    outputs: number,
  ): Tensor[];
  runSavedModel(id: number, inputs: Tensor[], infos: { name: string }[], outputs: string[]): Tensor[];
}

const registered = new WeakMap<object, Set<string>>();

/** Makes an operator of TensorFlow that tfjs has no kernel for callable by `tf.engine().runKernel`. */
export function registerNodeKernel<I, A = unknown>(
  tf: TensorFlow,
  kernelName: string,
  kernel: (inputs: I, backend: NodeBackend, attributes: A) => Tensor | Tensor[],
): void {
  const names = registered.get(tf) ?? new Set();
  if (names.has(kernelName)) return;
  registered.set(tf, names.add(kernelName));
  tf.registerKernel({
    kernelName,
    backendName: "tensorflow",
    kernelFunc: ({ inputs, backend, attrs }) => kernel(inputs as I, backend as NodeBackend, attrs as A),
  });
}

/** The attribute that names a dtype by TensorFlow's DataType number, for operators called by name. */
export function typeAttribute(backend: NodeBackend, name: string, dtype: number): OpAttribute {
  return { name, type: backend.binding.TF_ATTR_TYPE, value: dtype };
}

/**
 * The numbers that a calculation makes; the tensors it made on its way are disposed. `tf.tidy` looks for tensors in every
 * element of what it is given back: seconds for the weights of a large network.
 */
export function tidied<T extends readonly (number | Float32Array)[]>(tf: TensorFlow, calculate: () => T): T {
  let result: T | undefined;
  tf.tidy(() => {
    result = calculate();
  });
  return result as T;
}

export function nodeBackend(tf: TensorFlow): NodeBackend {
  return tf.backend() as unknown as NodeBackend;
}
