/** What ONNX Runtime offers that may make a wrong runtime right. Nothing here knows of a fault: all is tried by values. */
import { runtimeDefinition } from "@congruent/core";
import { type Bisect, OPTIMIZATIONS, type Optimization, type SessionSettings } from "@congruent/core/schemas";
import type { ModelProto } from "@congruent/onnx";
import type { Runner } from "../runner.js";

/** Session settings to be tried. */
export interface Candidate {
  what: string;
  /** Null where it stays as it is. */
  optimization: Optimization | null;
  session: SessionSettings;
}

const LAYOUTS = ["NCHW", "NHWC"] as const;

/**
 * The settings that apply to a runtime and a model: the provider's layout, guilty nodes on the CPU, exact sums of 4-bit weights, quantized
 * nodes not fused, and less rewriting.
 *
 * @param optimization at which the runtime is wrong
 */
export function candidatesFor(
  { runtime }: Pick<Runner, "runtime">,
  model: ModelProto,
  bisect: Bisect,
  optimization: Optimization,
): Candidate[] {
  const { ort } = runtimeDefinition(runtime);
  if (ort === null) return [];
  return [
    ...(ort.name === "webgpu" ? [...layouts(), ...onCpu(model, bisect)] : []),
    ...quantized(model),
    ...levels(optimization),
  ];
}

function layouts(): Candidate[] {
  return LAYOUTS.map((preferredLayout) => ({
    what: `values laid out as ${preferredLayout}`,
    optimization: null,
    session: { provider: { preferredLayout }, config: {} },
  }));
}

/** ONNX Runtime finds nodes by the names in the file: one without a name cannot be told. */
function onCpu(model: ModelProto, bisect: Bisect): Candidate[] {
  const names = namesIn(model);
  const guilty = [...new Set(guiltyNodes(bisect))].filter((name) => names.has(name));
  if (guilty.length === 0) return [];
  return [
    {
      what: `${guilty.length === 1 ? "the node" : "the nodes"} ${guilty.join(", ")} on the CPU`,
      optimization: null,
      session: { provider: { forceCpuNodeNames: guilty }, config: {} },
    },
  ];
}

function guiltyNodes({ cumulative, isolated, hidden, inner }: Bisect): string[] {
  const found = [
    ...(cumulative?.roots ?? []),
    ...(isolated?.wrong ?? []),
    ...(isolated?.broken ?? []),
    ...hidden.flatMap(({ nodes }) => nodes),
    ...(inner ?? []).flatMap(({ first, broken }) => [first ?? broken ?? []].flat()),
  ];
  return found.map(({ node }) => node);
}

/** The names of all nodes, those of inner graphs too. */
function namesIn({ graph }: ModelProto): Set<string> {
  const names = new Set<string>();
  const open = graph ? [graph] : [];
  for (let next = open.pop(); next; next = open.pop()) {
    for (const { name, attribute } of next.node) {
      if (name !== "") names.add(name);
      for (const { g, graphs } of attribute) open.push(...(g ? [g] : []), ...graphs);
    }
  }
  return names;
}

function quantized({ graph }: ModelProto): Candidate[] {
  const operators = new Set(graph?.node.map(({ opType }) => opType));
  const config = (what: string, entries: Record<string, string>): Candidate => ({
    what,
    optimization: null,
    session: { provider: {}, config: entries },
  });
  const dequantized = operators.has("DequantizeLinear") && operators.has("MatMul");
  return [
    ...(dequantized || operators.has("MatMulNBits")
      ? [
          config("float32 sums for 4-bit weights", { "session.qdq_matmulnbits_accuracy_level": "1" }),
          config("no fusion of DequantizeLinear and MatMul", { "session.enable_dq_matmulnbits_fusion": "0" }),
        ]
      : []),
    ...(operators.has("DequantizeLinear")
      ? [
          // On x64 without VNNI sums of two 8-bit products may be cut off at 16 bits.
          config("8-bit products without saturation", { "session.x64quantprecision": "1" }),
          config("no fusion of quantized nodes", { "session.disable_quant_qdq": "1" }),
        ]
      : []),
  ];
}

/** All levels below, the least change first. */
function levels(optimization: Optimization): Candidate[] {
  return OPTIMIZATIONS.slice(0, OPTIMIZATIONS.indexOf(optimization))
    .toReversed()
    .map((level) => ({
      what: `optimization ${level}`,
      optimization: level,
      session: { provider: {}, config: {} },
    }));
}

/** Optimizers of ONNX Runtime 1.30 that fuse nodes or rewrite layouts; a release ignores names that it does not know. */
export const OPTIMIZERS: readonly string[] = [
  "ConvActivationFusion",
  "ConvAddActivationFusion",
  "GemmActivationFusion",
  "MatMulActivationFusion",
  "ConvAddFusion",
  "ConvMulFusion",
  "ConvBNFusion",
  "PadFusion",
  "MatMulAddFusion",
  "MatMulBNFusion",
  "MatMulScaleFusion",
  "MatmulTransposeFusion",
  "MatMulIntegerToFloatFusion",
  "DynamicQuantizeMatMulFusion",
  "DynamicQuantizeLSTMFusion",
  "QDQSelectorActionTransformer",
  "QDQPropagationTransformer",
  "DQMatMulToMatMulNBits",
  "MatMulNBitsFusion",
  "GemmTransposeFusion",
  "GemmSumFusion",
  "LayerNormFusion",
  "SimplifiedLayerNormFusion",
  "SkipLayerNormFusion",
  "GroupQueryAttentionFusion",
  "AttentionFusion",
  "EmbedLayerNormFusion",
  "GeluFusion",
  "GeluFusionL2",
  "BiasGeluFusion",
  "FastGeluFusion",
  "QuickGeluFusion",
  "BiasSoftmaxFusion",
  "BiasDropoutFusion",
  "ReshapeFusion",
  "GatherSliceToSplitFusion",
  "NchwcTransformer",
  "NhwcTransformer",
];

/** The optimizers that a candidate without them names. */
export function withoutOptimizers(names: readonly string[]): Candidate {
  return {
    what: `without ${names.length === 1 ? names[0] : `${names.length} optimizers`}`,
    optimization: null,
    session: { provider: {}, config: { "optimization.disable_specified_optimizers": names.join(";") } },
  };
}
