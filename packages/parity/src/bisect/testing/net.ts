/** Models in a few lines, for tests: weights are seeded and named after their node. */
import { type DType, sizeOf, type Tensor, tensor } from "@congruent/core";
import {
  type AttributeValue,
  type ModelProto,
  makeGraph,
  makeModel,
  makeNode,
  makeTensor,
  makeTensorValueInfo,
  type NodeProto,
  type TensorProto,
} from "@congruent/onnx";
import { seededNumbers } from "@congruent/onnx/testing";

/** An operator's input: a value's name, or a weight. */
export type Input = string | Tensor;

export class Net {
  readonly #nodes: NodeProto[] = [];
  readonly #weights: TensorProto[] = [];
  readonly #next: () => number;

  constructor(seed: number) {
    this.#next = seededNumbers(seed);
  }

  /** Numbers in [-1, 1) as they come, times a scale. */
  weight(dims: number[], scale = 1): Tensor {
    return floats(
      Float32Array.from({ length: sizeOf(dims) }, () => this.#next() * scale),
      dims,
    );
  }

  /** Numbers in [0.5, 1.5). */
  positive(dims: number[]): Tensor {
    return floats(
      Float32Array.from({ length: sizeOf(dims) }, () => 1 + this.#next() / 2),
      dims,
    );
  }

  /** Adds a node named after its position and operator; its first output is the answer. */
  add(
    opType: string,
    inputs: readonly Input[],
    attributes: Record<string, AttributeValue> = {},
    { domain = "", output }: { domain?: string; output?: string } = {},
  ): string {
    const name = `${this.#nodes.length}_${opType}`;
    const reads = inputs.map((input, position) => {
      if (typeof input === "string") return input;
      this.#weights.push(makeTensor(`${name}.${position}`, input));
      return `${name}.${position}`;
    });
    const value = output ?? `${name}:0`;
    this.#nodes.push(makeNode(opType, reads, [value], { name, domain, attributes }));
    return value;
  }

  model(
    inputs: Record<string, { dtype?: DType; dims: (number | string)[] }>,
    outputs: Record<string, { dtype?: DType; dims: (number | string)[] }>,
  ): ModelProto {
    const declare = (values: typeof inputs) =>
      Object.entries(values).map(([name, { dtype = "float32", dims }]) =>
        makeTensorValueInfo(name, dtype, dims),
      );
    const graph = makeGraph(this.#nodes, "net", declare(inputs), declare(outputs), this.#weights);
    const model = makeModel(graph, { opset: 17 });
    if (this.#nodes.some(({ domain }) => domain === "ai.onnx.ml")) {
      model.opsetImport.push({ ...model.opsetImport[0]!, domain: "ai.onnx.ml", version: 3n });
    }
    return model;
  }
}

export function floats(data: Float32Array | readonly number[], dims: number[]): Tensor {
  return tensor("float32", Float32Array.from(data), dims);
}

export function ints(...values: number[]): Tensor {
  return tensor("int64", BigInt64Array.from(values.map(BigInt)), [values.length]);
}
