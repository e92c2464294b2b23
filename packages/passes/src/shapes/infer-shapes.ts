/** The shapes of a graph's values, as far as they follow from its inputs and weights. */
import type { Scope } from "../scope.js";
import type { Dim, Shape } from "./shape.js";
import type { ShapeCall } from "./shape-call.js";
import { shapeRules } from "./shape-rules.js";

/**
 * What the file declares of inner values is not used: runtimes do not hold it to that. Values of bodies and of operators without a rule are
 * not in the map.
 */
export function inferShapes(scope: Scope): ReadonlyMap<string, Shape> {
  const shapes = new Map<string, Shape>();
  const lists = new Map<string, Shape>();
  const { graph } = scope;
  for (const { name, type } of graph.input) {
    // What a Loop or Scan feeds its body with may change its shape from round to round.
    if (scope.around || type?.value.case !== "tensorType") continue;
    const dims = type.value.value.shape?.dim.map(
      ({ value }, axis): Dim =>
        value.case === "dimValue" && value.value >= 0n ? Number(value.value) : `${name}.${axis}`,
    );
    if (dims) shapes.set(name, dims);
  }
  for (const { name, dims } of graph.initializer) if (!scope.isFed(name)) shapes.set(name, dims.map(Number));
  for (const { values, dims } of graph.sparseInitializer)
    if (values) shapes.set(values.name, dims.map(Number));
  const shapeOf = (name: string) =>
    name === ""
      ? undefined
      : (shapes.get(name) ?? (scope.isOwn(name) ? undefined : scope.around?.shape(name)));
  const listOf = (name: string) => lists.get(name) ?? scope.integers(name);
  for (const node of graph.node) {
    const operator = scope.operator(node);
    const rule = operator === null ? undefined : shapeRules[operator];
    if (!rule) continue;
    const call: ShapeCall = {
      node,
      scope,
      shape: (input) => shapeOf(node.input[input] ?? ""),
      list: (input) => listOf(node.input[input] ?? ""),
    };
    rule(call).forEach((shape, place) => {
      const name = node.output[place];
      if (name && shape) shapes.set(name, shape);
    });
    const [made] = node.output;
    const list = operator === null ? undefined : listRules[operator]?.(call);
    if (made && list) lists.set(made, list);
  }
  return shapes;
}

/** The elements of short lists of whole numbers: what shapes are computed with. */
const listRules: Readonly<Record<string, (call: ShapeCall) => Shape | undefined>> = {
  Shape: ({ node, scope, shape }) => {
    const dims = shape(0);
    const facts = scope.factsOf(node);
    return dims?.slice(facts.int("start", 0), facts.has("end") ? facts.int("end", 0) : undefined);
  },
  Concat: ({ node, list }) => {
    const parts = node.input.map((_, i) => list(i));
    return parts.some((part) => part === undefined) ? undefined : (parts.flat() as Dim[]);
  },
  Gather: ({ list }) => {
    const [from, at] = [list(0), list(1)];
    return from && at ? at.map((i) => (typeof i === "number" ? (from.at(i) ?? null) : null)) : undefined;
  },
  Cast: ({ list }) => list(0),
  Identity: ({ list }) => list(0),
  Squeeze: ({ list }) => list(0),
  Unsqueeze: ({ list }) => list(0),
  Slice: ({ node, list }) => {
    const [from, starts, ends] = [list(0), list(1), list(2)];
    const [start, end] = [starts?.[0], ends?.[0]];
    const plain = node.input.length < 5 || list(4)?.[0] === 1;
    return plain && from && typeof start === "number" && typeof end === "number"
      ? from.slice(start, end)
      : undefined;
  },
};
