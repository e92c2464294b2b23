/** A model under a later version of the standard operator set, where each of its nodes means the same there. */
import { CongruentError } from "@congruent/core";
import {
  bodies,
  changed,
  type GraphProto,
  type ModelProto,
  type NodeProto,
  operatorVersions,
} from "@congruent/onnx";

/** Of operator sets before, other things changed than are listed here. */
const OLDEST = 11;

type Unless = (node: NodeProto) => boolean;
const always: Unless = () => false;
const has =
  (name: string): Unless =>
  ({ attribute }) =>
    attribute.every((each) => each.name !== name);

/**
 * Versions after 11 in which a node as it is written no longer means the same, by operator, with when it does after all. The other versions
 * added types, or options whose defaults are what was before: https://github.com/onnx/onnx/blob/main/docs/Changelog.md
 */
const OTHERWISE: Readonly<Record<string, Readonly<Record<number, Unless>>>> = {
  Dropout: { 12: has("ratio") },
  ...Object.fromEntries(["Softmax", "LogSoftmax", "Hardmax"].map((name) => [name, { 13: always }])),
  ...Object.fromEntries(["Squeeze", "ReduceSum"].map((name) => [name, { 13: has("axes") }])),
  Unsqueeze: { 13: always },
  Split: { 13: has("split"), 18: ({ input }) => (input[1] ?? "") !== "" },
  BatchNormalization: { 14: ({ output }) => output.filter(Boolean).length === 1 },
  RoiAlign: { 16: always },
  ...Object.fromEntries(
    "Max Mean Min Prod L1 L2 LogSum LogSumExp SumSquare"
      .split(" ")
      .map((name) => [`Reduce${name}`, { 18: has("axes") }]),
  ),
  GridSample: { 20: always },
  DFT: { 20: always },
  GroupNormalization: { 21: always },
};

/** Files of an operator set need at least this version of the format. */
const IR_OF: readonly (readonly [opset: number, ir: bigint])[] = [
  [21, 10n],
  [19, 9n],
  [15, 8n],
  [12, 7n],
  [1, 4n],
];

/**
 * @param wanted the least version; a model of a later one keeps its own
 * @param why what needs it
 * @throws CongruentError `E_COMPRESS_OPSET` naming the first node that would mean something else
 */
export function withNewerOpset(model: ModelProto, wanted: number, why: string): ModelProto {
  const standard = model.opsetImport.find(({ domain }) => domain === "" || domain === "ai.onnx");
  const now = Number(standard?.version ?? 1n);
  const to = Math.max(now, wanted);
  const graph = model.graph as GraphProto;
  if (to > now) {
    const found = changing(graph, now, to);
    if (found) throw refused(found, now, to, why);
  }
  const least = IR_OF.find(([opset]) => opset <= to)?.[1] ?? 4n;
  const irVersion = model.irVersion < least ? least : model.irVersion;
  const opsetImport = model.opsetImport.map((each) =>
    each === standard ? changed(each, { version: BigInt(to) }) : each,
  );
  // Before IR version 4 weights are listed among the inputs without being any.
  const weights = new Set(graph.initializer.map(({ name }) => name));
  const input = graph.input.filter(({ name }) => !weights.has(name));
  return changed(model, {
    irVersion,
    opsetImport,
    ...(model.irVersion < 4n ? { graph: changed(graph, { input }) } : {}),
  });
}

function changing(graph: GraphProto, now: number, to: number): NodeProto | null {
  for (const node of graph.node) {
    if (node.domain === "" || node.domain === "ai.onnx") {
      const newer = (operatorVersions("", node.opType) ?? []).filter(
        (version) => version > now && version <= to,
      );
      const other = newer.some((version) =>
        version <= OLDEST ? true : OTHERWISE[node.opType]?.[version]?.(node) === false,
      );
      if (other) return node;
    }
    for (const body of node.attribute.flatMap(bodies)) {
      const found = changing(body, now, to);
      if (found) return found;
    }
  }
  return null;
}

function refused(node: NodeProto, now: number, to: number, why: string): CongruentError {
  return new CongruentError({
    code: "E_COMPRESS_OPSET",
    what: `${why} needs opset ${to}, and the model is of opset ${now}, where ${node.opType} (node ${node.name}) means something else`,
    expected: `a model of opset ${to}, or one whose nodes mean the same there`,
    fix: `onnx.version_converter.convert_version(model, ${to}), in Python with the onnx package; or export it again`,
  });
}
