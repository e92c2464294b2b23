import type { NodeProto } from "../generated/onnx/onnx-ml_pb.js";
import { NodeFacts } from "./node-facts.js";
import { OPERAND_RULES } from "./operand-rules.js";
import { type KnownShape, misfitOf } from "./shape-pattern.js";

/** What attributes say that are left out. */
const DEFAULTS: Readonly<Record<string, number>> = { group: 1, offset_group: 1 };

/**
 * What is wrong with the shape of an operand, as half a sentence that names it; null where nothing is, as far as shapes are known.
 *
 * @param version of the node's operator set
 * @param shapes of the inputs, by position: −1 for a size that is not known, null where nothing is, undefined where the input is left out
 * @example
 * ```ts
 * const conv = makeNode("Conv", ["x", "w", "b"], ["y"]);
 * const shapes = [null, [4, 2, 3, 3], [1]];
 * operandFlaw(conv, 17, shapes); // => 'its B "b" is of shape [1]; expected: [4], the M of W'
 * operandFlaw(conv, 17, [null, [4, 2, 3, 3], [4]]); // => null
 * ```
 */
export function operandFlaw(node: NodeProto, version: number, shapes: readonly KnownShape[]): string | null {
  const domain = node.domain === "ai.onnx" ? "" : node.domain;
  const rule = OPERAND_RULES[domain]?.[node.opType];
  if (rule === undefined) return null;
  const facts = new NodeFacts(node, version, shapes);
  const pattern = typeof rule === "string" ? rule : rule(facts);
  if (pattern.startsWith("!")) return pattern.slice(1);
  const attribute = (name: string) => (facts.has(name) ? facts.int(name, 0) : DEFAULTS[name]);
  const found = misfitOf(pattern, shapes, attribute);
  if (!found) return null;
  const { position, name, dims, expected } = found;
  return `its ${name} "${node.input[position] ?? ""}" is of shape [${dims.map((dim) => (dim === -1 ? "?" : dim)).join(", ")}]; expected: ${expected}`;
}
