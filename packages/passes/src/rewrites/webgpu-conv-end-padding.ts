import { changed, makeNode, type NodeProto } from "@congruent/onnx";
import { withAttributes } from "../attributes.js";
import { cameFrom } from "../provenance.js";
import type { Scope } from "../scope.js";
import { NewWeights } from "../weights.js";
import { convolutionEvidence } from "./convolution-evidence.js";
import type { Rewrite } from "./rewrite.js";

/**
 * The native WebGPU EP multiplies matrices where a window of one element, or one as large as the input, needs no padding; to know that, it looks at the
 * padding before the input alone. One stride of padding there gives one further place before the others. (A window with zeros at its end would need no
 * Slice, but zero times infinity is NaN.)
 */
export const webgpuConvEndPadding: Rewrite = {
  fault:
    "ONNX Runtime's native WebGPU EP computes a Conv wrongly that pads its input at the end alone, and whose window is one element at strides of 1, or as large as the input",
  remedy: "padding before the input too, and a Slice of what comes of it",
  runtimes: ["node-webgpu", "web-webgpu"],
  versions: ">=1.30.0 <1.31.0",
  link: "https://github.com/microsoft/onnxruntime/blob/main/onnxruntime/core/providers/webgpu/nn/conv.cc",
  evidence: () =>
    convolutionEvidence([
      [[1, 4, 5, 5], [8, 4, 1, 1], { pads: [0n, 0n, 0n, 1n] }],
      [[1, 4, 5, 4], [8, 4, 5, 4], { pads: [0n, 0n, 1n, 1n] }],
    ]),
  applies: (node, scope) => padsOf(node, scope) !== null,
  run(scope) {
    const found = scope.index.nodes.find(({ proto }) => padsOf(proto, scope) !== null);
    if (!found) return scope.graph;
    const { proto } = found;
    const weights = new NewWeights(scope);
    const pads = padsOf(proto, scope) as readonly number[];
    const axis = pads.length / 2 - 1;
    const stride = scope.factsOf(proto).ints("strides")?.at(-1) ?? 1;
    const [result = ""] = proto.output;
    const more = scope.facts.fresh(`${result}/padded`);
    const conv = withAttributes(changed(proto, { output: [more] }), {
      pads: pads.with(axis, stride).map(BigInt),
      auto_pad: undefined,
    });
    const node = scope.graph.node.flatMap((each) =>
      each === proto
        ? [conv, withoutFirst(more, result, axis + 2, scope, weights)].map((made) => cameFrom(made, [proto]))
        : [each],
    );
    return weights.addedTo(changed(scope.graph, { node }));
  },
};

/** To the end, as a Slice says it. */
const END = 2 ** 31 - 1;

/** A value without what comes first along an axis. */
function withoutFirst(
  name: string,
  made: string,
  axis: number,
  scope: Scope,
  weights: NewWeights,
): NodeProto {
  const own = { name: scope.facts.fresh(`${made}/Slice`) };
  const limits = { starts: [1], ends: [END], axes: [axis] };
  if (scope.opset < 10) {
    const attributes = Object.fromEntries(
      Object.entries(limits).map(([key, list]) => [key, list.map(BigInt)]),
    );
    return makeNode("Slice", [name], [made], { ...own, attributes });
  }
  const inputs = Object.entries(limits).map(([key, list]) => weights.integers(`${made}/${key}`, list));
  return makeNode("Slice", [name, ...inputs], [made], own);
}

/** How a convolution that is computed wrongly pads, begins then ends; null for others. */
function padsOf(node: NodeProto, scope: Scope): readonly number[] | null {
  if (scope.operator(node) !== "Conv" || scope.factsOf(node).int("group", 1) !== 1) return null;
  const window = scope.shape(node.input[1] ?? "")?.slice(2) ?? [];
  const input = scope.shape(node.input[0] ?? "")?.slice(2);
  if (window.length === 0 || window.length > 2 || !window.every((size) => typeof size === "number"))
    return null;
  const pads = padding(node, scope, window, input ?? window.map(() => null));
  const begins = pads?.slice(0, window.length) ?? [];
  if (!pads || begins.some((pad) => pad !== 0) || pads.every((pad) => pad <= 0)) return null;
  const strides = scope.factsOf(node).ints("strides") ?? [];
  const single = window.every((size) => size === 1) && strides.every((stride) => stride === 1);
  // Of an input whose sizes are open, one may be as large as the window.
  const whole = window.every(
    (size, i) => input === undefined || input[i] === size || typeof input[i] !== "number",
  );
  return single || whole ? pads : null;
}

/** Begins, then ends; null where they depend on an input whose sizes are open. */
function padding(
  node: NodeProto,
  scope: Scope,
  window: readonly number[],
  input: readonly (number | string | null)[],
): readonly number[] | null {
  const facts = scope.factsOf(node);
  const mode = facts.text("auto_pad", "NOTSET");
  if (mode === "VALID") return window.flatMap(() => [0, 0]);
  if (mode === "NOTSET") return facts.ints("pads") ?? window.flatMap(() => [0, 0]);
  const totals = window.map((size, i) => {
    const [given, stride] = [input[i], facts.ints("strides")?.[i] ?? 1];
    if (typeof given !== "number") return Number.NaN;
    const reach = (size - 1) * (facts.ints("dilations")?.[i] ?? 1) + 1;
    return Math.max(0, (Math.ceil(given / stride) - 1) * stride + reach - given);
  });
  if (totals.some(Number.isNaN)) return null;
  const small = totals.map((total) => Math.floor(total / 2));
  const large = totals.map((total, i) => total - (small[i] as number));
  return mode === "SAME_UPPER" ? [...small, ...large] : [...large, ...small];
}
