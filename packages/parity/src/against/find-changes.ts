/** What differs between two model files, node by node. */
import type { ModelChange } from "@congruent/core/schemas";
import {
  type AttributeProto,
  describeDims,
  type GraphIndex,
  type GraphNode,
  indexGraph,
  type ModelProto,
  modelInterface,
  type TensorProto,
} from "@congruent/onnx";
import { attributeKey } from "./body-key.js";
import { type Match, matchNodes, sameSource, sourceOf, valuesRead } from "./match-nodes.js";
import { decoded, tensorKey } from "./tensor-key.js";

export interface Changes {
  matched: { byName: number; byStructure: number; unmatched: number };
  changes: ModelChange[];
}

/**
 * The changes from the first model to the second, in the file's order: a node is named when its operator, one of its attributes or
 * weights, or what it reads differs; nodes that only compute something else because of a change before them are not.
 *
 * @example
 * ```ts
 * const value = (name) => makeTensorValueInfo(name, "float32", [2]);
 * const model = (op) => makeModel(makeGraph([makeNode(op, ["x"], ["y"], { name: "act" })], "g", [value("x")], [value("y")]));
 * findChanges(model("Relu"), model("Sigmoid")).changes.map(({ node, what }) => `${node}: ${what}`);
 * // => ["act: operator Relu became Sigmoid"]
 * ```
 */
export function findChanges(model: ModelProto, other: ModelProto): Changes {
  const [first, second] = [indexGraph(model), indexGraph(other)];
  const match = matchNodes(first, second);
  const inside = first.nodes.flatMap((node) => {
    const paired = match.pairs.get(node);
    if (!paired) return [change("removed", node, null, `${node.proto.opType} is not in the second file`)];
    return nodeChanges(node, paired, first, second, match);
  });
  const added = match.added.map((node) =>
    change("added", node, null, `${node.proto.opType} is not in the first file`),
  );
  return {
    matched: {
      byName: match.byName,
      byStructure: match.byStructure,
      unmatched: match.removed.length + match.added.length,
    },
    changes: [...inside, ...added, ...interfaceChanges(model, other), ...opsetChanges(model, other)],
  };
}

function change(
  kind: ModelChange["kind"],
  node: GraphNode,
  other: GraphNode | null,
  what: string,
): ModelChange {
  const renamed = other && other.name !== node.name ? other.name : null;
  return { kind, node: node.name, renamed, opType: node.proto.opType, index: node.index, what };
}

function nodeChanges(
  a: GraphNode,
  b: GraphNode,
  first: GraphIndex,
  second: GraphIndex,
  match: Match,
): ModelChange[] {
  const tell = (kind: ModelChange["kind"], what: string) => change(kind, a, b, what);
  const operator =
    a.proto.opType === b.proto.opType && a.proto.domain === b.proto.domain
      ? []
      : [tell("operator", `operator ${a.proto.opType} became ${b.proto.opType}`)];
  const [ours, theirs] = [valuesRead(a), valuesRead(b)];
  const inputs = Array.from({ length: Math.max(ours.length, theirs.length) }, (_, position) => {
    const [from, to] = [ours[position] ?? "", theirs[position] ?? ""];
    const [old, now] = [sourceOf(from, first), sourceOf(to, second)];
    if (!sameSource(old, now, match)) {
      return [tell("wiring", `input ${position} is ${said(to, now)} instead of ${said(from, old)}`)];
    }
    if (!old || !("weight" in old) || !now || !("weight" in now)) return [];
    const what = weightChange(old.weight, now.weight);
    return what === null ? [] : [tell("weight", `weight ${from}: ${what}`)];
  }).flat();
  const attributes = attributeChanges(a, b).map((what) => tell("attribute", what));
  return [...operator, ...attributes, ...inputs];
}

function said(name: string, source: ReturnType<typeof sourceOf>): string {
  if (source === null) return "left out";
  if ("node" in source) return `what ${source.node.name} gives`;
  return "weight" in source ? `the weight ${name}` : `the input ${name}`;
}

function attributeChanges(a: GraphNode, b: GraphNode): string[] {
  const [old, now] = [byName(a), byName(b)];
  return [...new Set([...old.keys(), ...now.keys()])].flatMap((name) => {
    const [from, to] = [old.get(name), now.get(name)];
    if (from && to && sameAttribute(from, to)) return [];
    return [
      `attribute ${name} is ${to ? shown(to) : "left out"} instead of ${from ? shown(from) : "left out"}`,
    ];
  });
}

function byName({ proto }: GraphNode): Map<string, AttributeProto> {
  return new Map(proto.attribute.map((attribute) => [attribute.name, attribute]));
}

function sameAttribute(a: AttributeProto, b: AttributeProto): boolean {
  return attributeKey(a, []) === attributeKey(b, []);
}

/** The value as people write it; graphs and tensors by what they are. */
function shown({ f, i, s, t, g, floats, ints, strings }: AttributeProto): string {
  if (t) return weightName(t);
  if (g) return `a graph of ${g.node.length} nodes`;
  const text = new TextDecoder();
  const list = [...floats.map(float32Text), ...ints, ...strings.map((each) => text.decode(each))];
  if (list.length > 0) return `[${list.join(", ")}]`;
  if (s.length > 0) return text.decode(s);
  return f === 0 ? String(i) : float32Text(f);
}

/** The shortest decimal that is this float32: 0.1, not the 0.10000000149011612 that a double makes of it. */
function float32Text(value: number): string {
  for (let digits = 1; digits < 9; digits++) {
    const short = Number(value.toPrecision(digits));
    if (Math.fround(short) === value) return String(short);
  }
  return String(value);
}

function weightName(tensor: TensorProto): string {
  return `a tensor of [${tensor.dims.join(", ")}]`;
}

function weightChange(a: TensorProto, b: TensorProto): string | null {
  if (tensorKey(a) === tensorKey(b)) return null;
  if (a.dims.join() !== b.dims.join()) return `[${a.dims.join(", ")}] became [${b.dims.join(", ")}]`;
  const [old, now] = [decoded(a), decoded(b)];
  if (a.dataType !== b.dataType) return `type ${old?.dtype ?? a.dataType} became ${now?.dtype ?? b.dataType}`;
  if (!old || !now) return "its bytes differ";
  let [count, most] = [0, 0];
  for (const [position, value] of Array.from<unknown>(old.data).entries()) {
    const other = now.data[position];
    if (Object.is(value, other)) continue;
    count++;
    const distance = Math.abs(Number(value) - Number(other));
    if (!(distance <= most)) most = distance;
  }
  const size = Number.isFinite(most) ? `, by at most ${Number(most.toPrecision(3))}` : "";
  return `${count} of ${old.data.length} values differ${size}`;
}

function interfaceChanges(model: ModelProto, other: ModelProto): ModelChange[] {
  const [old, now] = [modelInterface(model), modelInterface(other)];
  return (["inputs", "outputs"] as const).flatMap((side) => {
    const describe = ({ name, dtype, dims }: (typeof old)[typeof side][number]) =>
      `${name} ${dtype} ${describeDims(dims)}`;
    const [from, to] = [old[side].map(describe), now[side].map(describe)];
    if (from.join() === to.join()) return [];
    const what = `${side} are ${to.join(", ")} instead of ${from.join(", ")}`;
    return [{ kind: "interface", node: side, renamed: null, opType: null, index: null, what } as const];
  });
}

function opsetChanges(model: ModelProto, other: ModelProto): ModelChange[] {
  const versions = ({ opsetImport }: ModelProto) =>
    opsetImport
      .map(({ domain, version }) => `${domain || "ai.onnx"} ${version}`)
      .toSorted()
      .join(", ");
  const [from, to] = [versions(model), versions(other)];
  if (from === to) return [];
  const what = `operator sets are ${to} instead of ${from}`;
  return [{ kind: "opset", node: "operator sets", renamed: null, opType: null, index: null, what }];
}
