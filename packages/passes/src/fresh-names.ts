import { type GraphProto, type ModelProto, namesIn } from "@congruent/onnx";

/** Gives names that nothing in a model has: the wish, or one like it. */
export function freshNames(model: ModelProto): (wish: string) => string {
  const taken = namesIn(model.graph as GraphProto);
  return (wish) => {
    let name = wish;
    for (let i = 2; taken.has(name); i++) name = `${wish}_${i}`;
    taken.add(name);
    return name;
  };
}
