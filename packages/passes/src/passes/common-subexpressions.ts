import { toBinary } from "@bufbuild/protobuf";
import { AttributeProtoSchema, bodies, changed, type GraphNode, TensorProtoSchema } from "@congruent/onnx";
import { RANDOM } from "../operators.js";
import type { Pass } from "../pass.js";
import type { Scope } from "../scope.js";
import { bypass } from "../substitute.js";

/** Constants of up to so many elements are compared by what they hold, larger ones by their names. */
const COMPARED = 64;

/** Computes once what several nodes compute of the same values. */
export const commonSubexpressions: Pass = {
  title: "computes once what is computed several times",
  run(scope) {
    const first = new Map<string, GraphNode>();
    const found = new Map<number, readonly string[]>();
    /** Values that are another one, by name. */
    const same = new Map<string, string>();
    for (const node of scope.index.nodes) {
      const key = keyOf(node, scope, same);
      if (key === null) continue;
      const earlier = first.get(key);
      if (!earlier) {
        first.set(key, node);
        continue;
      }
      found.set(node.index, earlier.proto.output);
      for (const [place, name] of node.proto.output.entries())
        same.set(name, earlier.proto.output[place] as string);
    }
    return found.size === 0 ? scope.graph : bypass(scope, found);
  },
};

/** What a node computes; null for one that may give something else each time, or of which that is not known. */
function keyOf({ proto }: GraphNode, scope: Scope, same: ReadonlyMap<string, string>): string | null {
  const operator = scope.operator(proto);
  if (operator === null || RANDOM.has(operator) || proto.attribute.some((each) => bodies(each).length > 0))
    return null;
  const attributes = proto.attribute
    .map((each) => [each.name, text(toBinary(AttributeProtoSchema, changed(each, { docString: "" })))])
    .sort(([a = ""], [b = ""]) => (a < b ? -1 : 1));
  const inputs = proto.input.map((name) => contentOf(same.get(name) ?? name, scope));
  return JSON.stringify([operator, inputs, attributes, proto.output.map((name) => name !== "")]);
}

/** A value's name, or what a small constant holds. */
function contentOf(name: string, scope: Scope): string {
  const proto = name === "" ? undefined : scope.constantProto(name);
  const size = proto?.dims.reduce((product, dim) => product * Number(dim), 1) ?? Number.POSITIVE_INFINITY;
  if (!proto || size > COMPARED) return `value ${name}`;
  return `constant ${text(toBinary(TensorProtoSchema, changed(proto, { name: "", docString: "" })))}`;
}

function text(bytes: Uint8Array): string {
  return String.fromCharCode(...bytes);
}
