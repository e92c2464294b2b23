/** Nodes with other attributes. */
import { type AttributeValue, changed, makeAttribute, type NodeProto } from "@congruent/onnx";

/** The node with some attributes set and, where a value is undefined, taken away. */
export function withAttributes(
  node: NodeProto,
  values: Readonly<Record<string, AttributeValue | undefined>>,
): NodeProto {
  const kept = node.attribute.filter(({ name }) => !Object.hasOwn(values, name));
  const set = Object.entries(values).flatMap(([name, value]) =>
    value === undefined ? [] : [makeAttribute(name, value)],
  );
  return changed(node, { attribute: [...kept, ...set] });
}

/** The node with another input at a position; those between are left out. */
export function withInput(node: NodeProto, position: number, name: string): NodeProto {
  const input = [...node.input];
  while (input.length <= position) input.push("");
  input[position] = name;
  while (input.length > 0 && input.at(-1) === "") input.pop();
  return changed(node, { input });
}
