/** Products with a weight, as 8-bit formats write them: x · W with a scale for each output, and what is added. */
import type { GraphNode } from "@congruent/onnx";
import type { Scope } from "../../scope.js";
import { floatConstant } from "../weights-of.js";
import { bytesByChannel } from "./bytes-by-channel.js";

export interface Product {
  operator: "Conv" | "MatMul" | "Gemm";
  /** The value that is multiplied. */
  input: string;
  weight: string;
  /** Its bytes around {@link ZERO}, and the scale of each output. */
  bytes: Uint8Array;
  scales: Float64Array;
  dims: readonly number[];
  /** The axis of the outputs. */
  channels: number;
  /** A constant that is added to each output; "" for none. */
  bias: string;
}

/** Operators of which something can be said. */
export const PRODUCTS: ReadonlySet<string> = new Set(["Conv", "MatMul", "Gemm"]);

/** What a node multiplies, or why it is not one of those that 8 bits can compute. */
export function productOf(node: GraphNode, scope: Scope): Product | string {
  const { proto } = node;
  const operator = scope.operator(proto) as Product["operator"];
  const facts = scope.factsOf(proto);
  const [input = "", weight = "", bias = ""] = proto.input;
  if (scope.isFed(weight)) return `its weight ${weight} is an input of the model, which a caller may replace`;
  const found = floatConstant(scope, weight);
  if (!found) return "it multiplies two computed values";
  const { dims, data } = found;
  if (operator === "MatMul" && dims.length !== 2) return `its weight ${weight} has ${dims.length} axes`;
  if (!data.every(Number.isFinite)) return `its weight ${weight} is infinite`;
  if (operator === "Gemm") {
    if (facts.int("transA", 0) !== 0) return "it turns what it reads around (transA)";
    if (facts.float("alpha", 1) !== 1 || facts.float("beta", 1) !== 1) return "it has an alpha or a beta";
  }
  const channels = operator === "Conv" || (operator === "Gemm" && facts.int("transB", 0) !== 0) ? 0 : 1;
  const count = dims[channels] as number;
  if (bias !== "") {
    const added = floatConstant(scope, bias);
    // A column of a Gemm is added to each sample, not to each output.
    if (!added || added.data.length !== count || added.dims.at(-1) !== count)
      return `what it adds, ${bias}, is no constant for each output`;
  }
  return { operator, input, weight, ...bytesByChannel(data, dims, channels), dims, channels, bias };
}
