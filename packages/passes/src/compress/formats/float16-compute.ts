import {
  changed,
  type GraphNode,
  type GraphProto,
  makeNode,
  type NodeProto,
  TensorProto_DataType as T,
} from "@congruent/onnx";
import type { Scope } from "../../scope.js";
import { Additions } from "../additions.js";
import type { Format, FormatOptions, Tally } from "../format.js";
import { halfFlaw } from "../packing/half-flaw.js";
import { floatConstant, KEPT, noteCompressed, noteLeft } from "../weights-of.js";

/** Operators of which every float32 input and output may be half precision at once. */
const OPERATORS = new Set(
  `Abs Add AveragePool BatchNormalization Ceil Clip Concat Conv ConvTranspose Cos DepthToSpace Div Einsum Elu Erf Exp Expand Flatten Floor
  Gather Gelu Gemm GlobalAveragePool GlobalMaxPool HardSigmoid HardSwish InstanceNormalization LayerNormalization LeakyRelu Log
  LogSoftmax MatMul MaxPool Max Min Mish Mul Neg PRelu Pad Pow ReduceMax ReduceMean ReduceMin ReduceSum Reciprocal Relu Reshape
  Selu Sigmoid Sin Slice Softmax Softplus SpaceToDepth Split Sqrt Squeeze Sub Sum Tanh Tile Transpose Unsqueeze Where`
    .trim()
    .split(/\s+/),
);

/** Half the size, and half the bytes to move. Inputs and outputs of the model stay float32. */
export const float16Compute: Format = {
  title: "computes in half precision",
  takes: "nodes that half precision is defined for",
  opset: 13,
  pass: (options, tally) => (scope) => new Halving(scope, options, tally).graph(),
};

class Halving {
  readonly #additions: Additions;
  /** By value: the same in half precision. */
  readonly #halves = new Map<string, string>();

  constructor(
    readonly scope: Scope,
    readonly options: FormatOptions,
    readonly tally: Tally,
  ) {
    this.#additions = new Additions(scope);
  }

  graph(): GraphProto {
    const { scope, tally } = this;
    let halved = 0;
    const nodes = scope.index.nodes.flatMap((node): NodeProto[] => {
      const why = this.#refuses(node);
      if (why !== null) {
        if (why !== "") noteLeft(tally, [node], why);
        return [node.proto];
      }
      noteCompressed(tally, [node]);
      halved++;
      return this.#halved(node);
    });
    return halved === 0 ? scope.graph : this.#additions.graph(nodes);
  }

  /** Why a node stays; "" for one that there is nothing to say of. */
  #refuses({ proto, name, writes }: GraphNode): string | null {
    const { scope } = this;
    const operator = scope.operator(proto);
    if (operator === null || !OPERATORS.has(operator)) return "";
    if (scope.elementType(writes[0] ?? "") !== T.FLOAT) return "";
    if (this.options.keep.has(name)) return KEPT;
    for (const input of proto.input) {
      const weight = input === "" ? null : floatConstant(scope, input);
      const flaw = weight && halfFlaw(input, weight.data);
      if (flaw) return flaw;
    }
    return null;
  }

  #halved({ proto }: GraphNode): NodeProto[] {
    const { scope } = this;
    const before: NodeProto[] = [];
    const input = proto.input.map((name) =>
      name !== "" && scope.elementType(name) === T.FLOAT ? this.#half(name, before) : name,
    );
    const after: NodeProto[] = [];
    const output = proto.output.map((name) => {
      if (name === "" || scope.elementType(name) !== T.FLOAT) return name;
      const half = this.#additions.fresh(`${name}/float16`);
      this.#halves.set(name, half);
      after.push(cast(half, name, T.FLOAT, `${half}/widened`));
      return half;
    });
    return [...before, changed(proto, { input, output }), ...after];
  }

  /** A value in half precision; it is narrowed where it is read first. */
  #half(name: string, nodes: NodeProto[]): string {
    const known = this.#halves.get(name);
    if (known !== undefined) return known;
    const weight = floatConstant(this.scope, name);
    const wish = `${name}/float16`;
    const half = weight
      ? this.#additions.add(wish, { ...weight, dtype: "float16" })
      : this.#additions.fresh(wish);
    if (!weight) nodes.push(cast(name, half, T.FLOAT16, `${half}/narrowed`));
    this.#halves.set(name, half);
    return half;
  }
}

function cast(from: string, to: string, type: T, name: string): NodeProto {
  return makeNode("Cast", [from], [to], { name, attributes: { to: BigInt(type) } });
}
