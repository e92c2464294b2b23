import { changed, type GraphNode, type NodeProto } from "@congruent/onnx";
import { cameFrom } from "../provenance.js";
import type { Scope } from "../scope.js";
import { NewWeights } from "../weights.js";
import { convolutionEvidence } from "./convolution-evidence.js";
import type { Rewrite } from "./rewrite.js";
import { Widening } from "./widening.js";

/** Shaders read so many channels at a time where they can. */
const VECTOR = 4;

/**
 * The native WebGPU EP reads the input three channels at a time where their count is divisible by 3 and not by 4, and then takes wrong ones for
 * all windows but those of one element: docs/webgpu-conv.md.
 */
export const webgpuConvChannels: Rewrite = {
  fault:
    "ONNX Runtime's native WebGPU EP computes a Conv wrongly whose input channels are divisible by 3, not by 4 and more than 3, whose output channels are divisible by 4, and that is no product of matrices",
  remedy:
    "further input channels, up to a multiple of 4: some of them twice with half of the weights each, or zeros",
  runtimes: ["node-webgpu", "web-webgpu"],
  versions: ">=1.30.0 <1.31.0",
  link: "https://github.com/microsoft/onnxruntime/issues/29651",
  evidence: () =>
    convolutionEvidence([
      [[1, 6, 6, 6], [4, 6, 3, 3], {}],
      [[1, 6, 7, 7], [16, 6, 1, 1], { strides: [2n, 2n] }],
    ]),
  applies,
  run(scope) {
    const weights = new NewWeights(scope);
    const found = scope.index.nodes.find(({ proto }) => applies(proto, scope));
    if (!found) return scope.graph;
    const [x = "", w = ""] = found.proto.input;
    const channels = scope.shape(w)?.[1] as number;
    const extra = VECTOR - (channels % VECTOR);
    // One at a time: what is widened for one may be read by another.
    const widening = new Widening(scope, weights, extra, found);
    const { input, weight } = widening.channels(x, w);
    const conv = cameFrom(changed(found.proto, { input: [input, weight, ...found.proto.input.slice(2)] }), [
      found.proto,
    ]);
    const node = scope.index.nodes.flatMap((each: GraphNode) => {
      if (each.index === found.index) return [...widening.added, conv];
      return [widening.replaced.get(each.index) ?? each.proto];
    });
    return weights.addedTo(changed(scope.graph, { node }));
  },
};

function applies(node: NodeProto, scope: Scope): boolean {
  if (scope.operator(node) !== "Conv") return false;
  const weight = scope.shape(node.input[1] ?? "");
  const [outputs, inputs, ...window] = weight ?? [];
  if (typeof outputs !== "number" || typeof inputs !== "number" || window.length > 2) return false;
  const facts = scope.factsOf(node);
  if (facts.int("group", 1) !== 1) return false;
  if (inputs % 3 !== 0 || inputs % 4 === 0 || inputs === 3 || outputs % 4 !== 0) return false;
  const input = scope.shape(node.input[0] ?? "")?.slice(2);
  const whole = window.every((size, i) => size === input?.[i]);
  return !isProduct(
    window,
    whole,
    facts.ints("strides"),
    facts.ints("pads"),
    facts.text("auto_pad", "NOTSET"),
  );
}

/** A window of one element at every place of the input, or as large as the input, is a product of matrices. */
function isProduct(
  window: readonly (number | string | null)[],
  whole: boolean,
  strides: readonly number[] = [],
  pads: readonly number[] = [],
  mode: string,
): boolean {
  const single = window.every((size) => size === 1) && strides.every((stride) => stride === 1);
  if (mode === "SAME_UPPER" || mode === "SAME_LOWER") return single;
  return (single || whole) && (mode === "VALID" || pads.every((pad) => pad === 0));
}
