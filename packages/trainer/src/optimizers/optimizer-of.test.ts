import { optimizerSchema } from "@congruent/core/schemas";
import { expect, it } from "@jest/globals";
import { DataType } from "../generated/tensorflow/core/framework/types_pb.js";
import { GraphBuilder } from "../graph/graph-builder.js";
import { optimizerOf } from "./optimizer-of.js";

it.each([
  { name: "sgd" },
  { name: "sgd", momentum: 0.9 },
  { name: "rmsprop" },
  { name: "adam" },
  { name: "adamw" },
] as const)("no weight changes in a graph before its value was read: $name", (given) => {
  const optimizer = optimizerOf(optimizerSchema.parse(given));
  const builder = new GraphBuilder();
  const number = (name: string) => builder.placeholder(name, DataType.DT_FLOAT, []);
  const scalars = Object.fromEntries(Object.keys(optimizer.scalars(1)).map((key) => [key, number(key)]));
  const [variable, value, gradient] = ["w", "w/value", "gradient"].map(number) as [string, string, string];
  const slots = Object.fromEntries(optimizer.slots.map((slot) => [slot, number(slot)]));
  optimizer.applyInGraph(builder, [{ name: "w", variable, value, slots, gradient }], scalars);
  const { node } = builder.build();
  const inputs = new Map(node.map((n) => [n.name, n.input.map((ref) => ref.replace(/^\^/, ""))]));
  const reaches = (from: string): boolean => from === value || (inputs.get(from) ?? []).some(reaches);
  const changes = node.filter(({ input: [first] }) => first === variable);
  expect(changes.length).toBeGreaterThan(0);
  for (const change of changes) expect(reaches(change.name)).toBe(true);
});
