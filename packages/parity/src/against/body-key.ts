/** Bodies of If, Loop and Scan, compared by what they compute, not by the names of their values. */
import { createHash } from "node:crypto";
import { create, toBinary } from "@bufbuild/protobuf";
import { type AttributeProto, AttributeProtoSchema, type GraphProto, type NodeProto } from "@congruent/onnx";
import { tensorKey } from "./tensor-key.js";

/**
 * An attribute's value as a key, equal for equal values. Weights count by their values, bodies by their structure.
 *
 * @param free receives the names of the values that bodies read from the outer graph, in order of appearance
 */
export function attributeKey(attribute: AttributeProto, free: string[]): string {
  const { name, type, t, g, graphs } = attribute;
  if (t) return `${name} ${tensorKey(t)}`;
  const bodies = g ? [g, ...graphs] : graphs;
  if (bodies.length > 0) return `${name} ${bodies.map((body) => bodyKey(body, free)).join(" ")}`;
  const plain = create(AttributeProtoSchema, { ...attribute, docString: "" });
  return `${name} ${type} ${createHash("sha256").update(toBinary(AttributeProtoSchema, plain)).digest("base64")}`;
}

/** Values that a node's bodies read from outside, in an order that depends on the structure alone. */
export function freeValues({ attribute }: NodeProto): string[] {
  const free: string[] = [];
  for (const each of attribute.toSorted((a, b) => a.name.localeCompare(b.name))) attributeKey(each, free);
  return free;
}

function bodyKey(graph: GraphProto, free: string[]): string {
  const weights = new Map(graph.initializer.map((weight) => [weight.name, tensorKey(weight)]));
  const own = new Map<string, string>();
  const define = (name: string) => own.set(name, `v${own.size}`);
  for (const { name } of graph.input) define(name);
  // What an inner body reads from this body does not matter to the outer graph.
  const inner: string[] = [];
  const said = (name: string): string => {
    if (name === "") return "none";
    const known = weights.get(name) ?? own.get(name);
    if (known !== undefined) return known;
    if (!free.includes(name)) free.push(name);
    return `free${free.indexOf(name)}`;
  };
  const nodes = graph.node.map((node) => {
    inner.length = 0;
    const attributes = node.attribute
      .toSorted((a, b) => a.name.localeCompare(b.name))
      .map((attribute) => attributeKey(attribute, inner));
    const line = [node.domain, node.opType, ...attributes, ...node.input.map(said), ...inner.map(said)].join(
      " ",
    );
    for (const name of node.output) define(name);
    return line;
  });
  return `{${nodes.join("; ")} -> ${graph.output.map(({ name }) => said(name)).join(" ")}}`;
}
