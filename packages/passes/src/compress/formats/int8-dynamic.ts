import {
  changed,
  type GraphNode,
  type GraphProto,
  makeNode,
  type NodeProto,
  TensorProto_DataType as T,
} from "@congruent/onnx";
import { cameFrom } from "../../provenance.js";
import type { Scope } from "../../scope.js";
import { Additions } from "../additions.js";
import type { Format, FormatOptions, Tally } from "../format.js";
import { ZERO } from "../packing/bytes-by-channel.js";
import { PRODUCTS, type Product, productOf } from "../packing/product.js";
import { floatConstant, KEPT, noteCompressed, noteLeft } from "../weights-of.js";

/** Products of bytes; how large the numbers are that a node reads is looked for in each run. Needs no data. */
export const int8Dynamic: Format = {
  title: "multiplies 8-bit integers, scaled again in each run",
  takes: "weights of Conv, MatMul or Gemm",
  opset: 13,
  pass: (options, tally) => (scope) => inBytes(scope, options, tally),
};

function inBytes(scope: Scope, { keep }: FormatOptions, tally: Tally): GraphProto {
  const additions = new Additions(scope);
  const nodes = scope.index.nodes.flatMap((node): NodeProto[] => {
    if (!PRODUCTS.has(scope.operator(node.proto) ?? "")) return [node.proto];
    const product = keep.has(node.name) ? KEPT : productOf(node, scope);
    if (typeof product === "string") {
      noteLeft(tally, [node], product);
      return [node.proto];
    }
    noteCompressed(tally, [node]);
    return multiplied(node, product, additions).map((each) => cameFrom(each, [node.proto]));
  });
  return additions.graph(nodes);
}

function multiplied(node: GraphNode, product: Product, additions: Additions): NodeProto[] {
  const { proto, name } = node;
  const { operator, input, weight, bytes, scales, dims, channels, bias } = product;
  const { scope } = additions;
  const [output = ""] = proto.output;
  const nodes: NodeProto[] = [];
  const value = (what: string) => additions.fresh(`${output}/${what}`);
  const step = (opType: string, inputs: string[], outputs: string[], attributes = {}) => {
    nodes.push(makeNode(opType, inputs, outputs, { name: `${name}/${opType}`, attributes }));
    return outputs[0] as string;
  };
  // What several nodes read is quantized once, before the first of them.
  const read = additions.once(`read ${input}`, () => {
    const made = ["uint8", "scale", "zero"].map((what) => additions.fresh(`${input}/${what}`));
    return step("DynamicQuantizeLinear", [input], made) && made.join("\n");
  });
  const [whole = "", scale = "", zero = ""] = read.split("\n");
  const turned = operator === "Gemm" && channels === 0;
  const own = additions.once(`bytes ${weight} ${channels} ${turned}`, () =>
    turned
      ? additions.bytes(`${weight}/uint8`, transposed(bytes, dims), [dims[1] as number, dims[0] as number])
      : additions.bytes(`${weight}/uint8`, bytes, dims),
  );
  const middle = additions.once("zero of weights", () => additions.bytes("weights/zero", [ZERO], []));
  const spread = operator === "Conv" ? [scales.length, ...dims.slice(2).map(() => 1)] : [scales.length];
  const factors = additions.once(`scales ${weight} ${channels} ${spread}`, () =>
    additions.float(`${weight}/scale`, scales, spread),
  );
  const sum = step(
    operator === "Conv" ? "ConvInteger" : "MatMulInteger",
    [whole, own, zero, middle],
    [value("int32")],
  );
  if (operator === "Conv")
    nodes[nodes.length - 1] = changed(nodes.at(-1) as NodeProto, { attribute: proto.attribute });
  const sums = step("Cast", [sum], [value("float32")], { to: BigInt(T.FLOAT) });
  const both = step("Mul", [scale, factors], [value("scales")]);
  const scaled = step("Mul", [sums, both], [bias === "" ? output : value("scaled")]);
  nodes[nodes.length - 1] = changed(nodes.at(-1) as NodeProto, { name: `${name}/scaled` });
  if (bias !== "") {
    const added = additions.once(`bias ${bias} ${spread}`, () =>
      additions.float(`${bias}/added`, floatConstant(scope, bias)?.data ?? [], spread),
    );
    step("Add", [scaled, added], [output]);
  }
  return nodes;
}

/** A matrix of bytes the other way round. */
function transposed(bytes: Uint8Array, [rows = 0, columns = 0]: readonly number[]): Uint8Array {
  return Uint8Array.from(bytes, (_, i) => bytes[(i % rows) * columns + Math.floor(i / rows)] as number);
}
