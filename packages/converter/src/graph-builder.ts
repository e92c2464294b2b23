import { type DType, type Tensor, tensorBytes } from "@congruent/core";
import {
  type AttributeValue,
  makeNode,
  makeTensor,
  makeTensorValueInfo,
  type NodeProto,
  type TensorProto,
  type ValueInfoProto,
} from "@congruent/onnx";
import type { Dimension } from "./dimensions.js";
import type { GraphValue } from "./value.js";

/** What a node gives: its shape, and its type where it is not float32. */
export interface OutputType {
  shape: readonly Dimension[];
  dtype?: DType;
}

export interface EmittedNode {
  opType: string;
  /** Null leaves an optional input out. */
  inputs: readonly (GraphValue | null)[];
  outputs: readonly OutputType[];
  attributes?: Record<string, AttributeValue>;
  /** What its name begins with: the layer's path. */
  path: string;
  /** Written to its metadata. */
  metadata?: Readonly<Record<string, string>>;
}

/** Constants up to this size are compared, so that the same one is kept once. */
const SMALL = 64;

/** Collects the nodes and weights of one graph, and sees to it that all names are different. */
export class GraphBuilder {
  readonly nodes: NodeProto[] = [];
  readonly initializers: Map<string, TensorProto>;
  readonly valueInfo = new Map<string, ValueInfoProto>();
  readonly #names: Set<string>;
  readonly #known: Map<string, GraphValue>;

  /** @param around the graph in which this one is the body of a node: weights and names are those of both */
  constructor(around?: GraphBuilder) {
    this.initializers = around?.initializers ?? new Map();
    this.#names = around ? around.#names : new Set();
    this.#known = around ? around.#known : new Map();
  }

  /** The wanted name, or with _1, _2 … behind it where it is taken. */
  fresh(wanted: string): string {
    let name = wanted;
    for (let further = 1; this.#names.has(name); further++) name = `${wanted}_${further}`;
    this.#names.add(name);
    return name;
  }

  /** An input of this graph, where it is the body of a node. */
  input(wanted: string, shape: readonly Dimension[], dtype: DType): GraphValue {
    return { name: this.fresh(wanted), shape, dtype, mask: null };
  }

  /** Adds a node; its outputs bear its name. */
  node({ opType, inputs, outputs, attributes = {}, path, metadata = {} }: EmittedNode): GraphValue[] {
    const name = this.fresh(`${path}/${opType}`);
    const values = outputs.map(({ shape, dtype = "float32" }, i) => {
      const value = { name: outputs.length === 1 ? name : `${name}:${i}`, shape, dtype, mask: null };
      this.valueInfo.set(value.name, makeTensorValueInfo(value.name, dtype, shape));
      return value;
    });
    const node = makeNode(
      opType,
      inputs.map((input) => input?.name ?? ""),
      values.map((value) => value.name),
      { name, attributes, metadata },
    );
    this.nodes.push(node);
    return values;
  }

  /**
   * A weight; asked for again under the same key, it is the same.
   *
   * @param key what it is made from: the file's name of the weight, and what was done to it
   * @param make called the first time
   */
  weight(key: string, name: string, make: () => Tensor): GraphValue {
    const known = this.#known.get(key);
    if (known) return known;
    const tensor = make();
    const own = this.fresh(name);
    this.initializers.set(own, makeTensor(own, tensor));
    const value = { name: own, shape: [...tensor.dims], dtype: tensor.dtype, mask: null };
    this.#known.set(key, value);
    return value;
  }

  /** A constant that is no weight; a small one that is there already is used again. */
  constant(name: string, tensor: Tensor): GraphValue {
    const { dtype, dims, data } = tensor;
    const key =
      data.length <= SMALL ? `${name} ${dtype}[${dims}] ${tensorBytes(tensor)}` : this.fresh(`${name}?`);
    return this.weight(key, name, () => tensor);
  }
}
