import { toBinary } from "@bufbuild/protobuf";
import { CongruentError, sizeOf } from "@congruent/core";
import { bodies, changed, type GraphNode, NodeProtoSchema, ONNX_DTYPES, rawBytes } from "@congruent/onnx";
import { rounded, runNode, type Value } from "@congruent/reference";
import { RANDOM } from "../operators.js";
import type { Pass } from "../pass.js";
import type { Scope } from "../scope.js";
import { known } from "../shapes/shape.js";
import { isTensor, NewWeights } from "../weights.js";

/**
 * Operators that stay though all they read is constant: a Constant is one, and what DequantizeLinear unpacks is kept small on purpose, and
 * found there by runtimes that compute with the packed weights.
 */
const KEPT = new Set(["Constant", "DequantizeLinear", "QuantizeLinear", ...RANDOM]);

/** Bytes that a result may have beyond what is no longer needed: as many as the node itself takes, or a few numbers. */
const FEW = 256;

/**
 * Computes what depends on constants alone. Each node by itself is computed in double precision and rounded once to its own type: the
 * number nearest to the exact one, from which every runtime's own differs by at most its rounding; integers are exact.
 */
export const foldConstants: Pass = {
  title: "computes what depends on constants alone",
  run(scope) {
    const weights = new NewWeights(scope);
    const folded = new Set<number>();
    for (const node of scope.index.nodes) {
      const made = resultOf(node, scope);
      if (!made || !isSmallEnough(node, made, scope)) continue;
      node.proto.output.forEach((name, place) => {
        if (name !== "") weights.set(name, made[place] as Value);
      });
      folded.add(node.index);
    }
    if (folded.size === 0) return scope.graph;
    const node = scope.graph.node.filter((_, index) => !folded.has(index));
    return weights.addedTo(changed(scope.graph, { node }));
  },
};

function resultOf(node: GraphNode, scope: Scope): Value[] | null {
  const { proto } = node;
  const operator = scope.operator(proto);
  // What the graph gives must be made by a node.
  if (operator === null || KEPT.has(operator) || proto.output.some((name) => scope.isOutput(name)))
    return null;
  if (operator === "Shape") return sizes(node, scope);
  if (proto.input.length === 0 || proto.attribute.some((each) => bodies(each).length > 0)) return null;
  const inputs = proto.input.map((name) => (name === "" ? undefined : (scope.constant(name) ?? null)));
  if (inputs.includes(null)) return null;
  try {
    const made = runNode(proto, inputs as (Value | undefined)[], { "": scope.opset });
    const given = proto.output.every((name, place) => name === "" || (made[place] && isTensor(made[place])));
    return given ? made.map(rounded) : null;
  } catch (error) {
    // What cannot be computed stays as it is: it is for whoever runs the model to say so.
    if (error instanceof CongruentError) return null;
    throw error;
  }
}

/** The shape of a value that has the same one for all inputs. */
function sizes({ proto }: GraphNode, scope: Scope): Value[] | null {
  const facts = scope.factsOf(proto);
  const shape = scope.shape(proto.input[0] ?? "");
  const part = shape?.slice(facts.int("start", 0), facts.has("end") ? facts.int("end", 0) : undefined);
  if (!part || known(part) === null) return null;
  return [{ dtype: "int64", dims: [part.length], data: BigInt64Array.from(part as number[], BigInt) }];
}

/** Whether the file does not grow: by more than the node and the constants that only it reads take. */
function isSmallEnough({ proto }: GraphNode, made: readonly Value[], scope: Scope): boolean {
  const bytes = made.reduce(
    (sum, { dtype, dims }) => sum + (bytesOf(dtype, sizeOf(dims)) ?? Number.POSITIVE_INFINITY),
    0,
  );
  const freed = [...new Set(proto.input)].reduce((sum, name) => {
    const constant =
      name !== "" && scope.isOwn(name) && scope.uses(name) === 1 ? scope.constant(name) : undefined;
    return sum + (constant ? (bytesOf(constant.dtype, constant.data.length) ?? 0) : 0);
  }, 0);
  return bytes <= freed + Math.max(FEW, toBinary(NodeProtoSchema, proto).length);
}

function bytesOf(dtype: string, count: number): number | null {
  return rawBytes(ONNX_DTYPES[dtype as keyof typeof ONNX_DTYPES], count);
}
