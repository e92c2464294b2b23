import { changed, makeNode, type NodeProto } from "@congruent/onnx";
import type { Value, ValueData } from "@congruent/reference";
import { withAttributes } from "../attributes.js";
import { cameFrom } from "../provenance.js";
import type { Scope } from "../scope.js";
import { isPermutable, NewWeights } from "../weights.js";
import { convolutionEvidence } from "./convolution-evidence.js";
import type { Rewrite } from "./rewrite.js";

/**
 * The native WebGPU EP computes four output channels at a time where their count is divisible by 4, and two where it is divisible by 2: where a group's
 * own count is not, some of them belong to another group than the input that is read for them.
 */
export const webgpuConvGroups: Rewrite = {
  fault:
    "ONNX Runtime's native WebGPU EP computes a Conv in groups wrongly whose output channels are divisible by 4 or 2 while those of a group, four or more, are not",
  remedy: "a Conv for each group",
  runtimes: ["node-webgpu", "web-webgpu"],
  versions: ">=1.30.0 <1.31.0",
  link: "https://github.com/microsoft/onnxruntime/blob/main/onnxruntime/core/providers/webgpu/nn/conv.cc",
  evidence: () =>
    convolutionEvidence([
      [[1, 8, 5, 5], [12, 4, 3, 3], { group: 2n }],
      [[2, 4, 4, 5], [10, 2, 2, 2], { group: 2n }],
    ]),
  applies: (node, scope) => splitOf(node, scope) !== null,
  run(scope) {
    const weights = new NewWeights(scope);
    const found = scope.index.nodes.filter(({ proto }) => splitOf(proto, scope) !== null);
    if (found.length === 0) return scope.graph;
    const replaced = new Map(found.map(({ index, proto }) => [index, divided(proto, scope, weights)]));
    const node = scope.graph.node.flatMap((each, index) => replaced.get(index) ?? [each]);
    return weights.addedTo(changed(scope.graph, { node }));
  },
};

/** How many groups there are, with the channels of each; null for a convolution that is computed right. */
function splitOf(node: NodeProto, scope: Scope): { groups: number; inputs: number; outputs: number } | null {
  if (scope.operator(node) !== "Conv") return null;
  const groups = scope.factsOf(node).int("group", 1);
  const [total, inputs, ...window] = scope.shape(node.input[1] ?? "") ?? [];
  if (groups === 1 || typeof total !== "number" || typeof inputs !== "number" || window.length > 2)
    return null;
  const outputs = total / groups;
  const together = total % 4 === 0 ? 4 : total % 2 === 0 ? 2 : 1;
  return outputs >= 4 && outputs % together !== 0 ? { groups, inputs, outputs } : null;
}

function divided(conv: NodeProto, scope: Scope, weights: NewWeights): NodeProto[] {
  const { groups, inputs, outputs } = splitOf(conv, scope) as NonNullable<ReturnType<typeof splitOf>>;
  const [x = "", w = "", b = ""] = conv.input;
  const added: NodeProto[] = [];
  const { fresh } = scope.facts;
  const own = (name: string) => ({ name: fresh(`${conv.name || conv.output[0]}/${name}`) });
  /** The value in equal parts along an axis. */
  const parts = (name: string, axis: number, size: number): string[] => {
    const constant = isPermutable(scope, name) ? scope.constant(name) : undefined;
    if (constant && axis === 0)
      return groupsOf(constant, groups).map((each, i) => weights.add(`${name}/group${i}`, each));
    const made = Array.from({ length: groups }, (_, i) => fresh(`${name}/group${i}`));
    const sizes = made.map(() => size);
    const split =
      scope.opset < 13
        ? makeNode("Split", [name], made, {
            ...own("Split"),
            attributes: { axis: BigInt(axis), split: sizes.map(BigInt) },
          })
        : makeNode("Split", [name, weights.integers(`${name}/sizes`, sizes)], made, {
            ...own("Split"),
            attributes: { axis: BigInt(axis) },
          });
    added.push(cameFrom(split, [conv]));
    return made;
  };
  const given = parts(x, 1, inputs);
  const filters = parts(w, 0, outputs);
  const biases = b === "" ? [] : parts(b, 0, outputs);
  const results = given.map((_, i) => fresh(`${conv.output[0]}/group${i}`));
  const convs = given.map((each, i) => {
    const input = [each, filters[i] as string, ...(b === "" ? [] : [biases[i] as string])];
    const made = changed(withAttributes(conv, { group: undefined }), {
      input,
      output: [results[i] as string],
    });
    return cameFrom(changed(made, own(`group${i}`)), [conv]);
  });
  const whole = makeNode("Concat", results, [...conv.output], { name: conv.name, attributes: { axis: 1n } });
  return [...added, ...convs, cameFrom(whole, [conv])];
}

/** A constant in equal parts along its first axis. */
function groupsOf(value: Value, groups: number): Value[] {
  const size = value.data.length / groups;
  const dims = value.dims.with(0, (value.dims[0] as number) / groups);
  return Array.from({ length: groups }, (_, i) => ({
    ...value,
    dims,
    data: (value.data as Float64Array).slice(i * size, (i + 1) * size) as ValueData,
  }));
}
