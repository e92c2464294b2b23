/** The outputs of two model files beside each other. */
import type { OutputQuality } from "@congruent/core/schemas";
import { indexGraph, type ModelProto, modelInterface } from "@congruent/onnx";
import type { Tensors } from "../runner.js";
import { decide } from "./decide.js";
import { foldWiring } from "./fold-wiring.js";
import { qualityOf } from "./quality.js";

/** Every output of the first file beside the second's. */
export function qualities(
  ours: Tensors,
  theirs: Tensors,
  first: ModelProto,
  second: ModelProto,
): OutputQuality[] {
  const { producerOf } = indexGraph(foldWiring(first).model);
  const others = renamed(theirs, second, first);
  return modelInterface(first).outputs.flatMap(({ name }) => {
    const [a, b] = [ours[name], others[name]];
    const quality = a && b ? qualityOf(name, a, b) : null;
    if (!a || !b || !quality) return [];
    return [{ ...quality, decisions: decide(name, producerOf.get(name)?.proto.opType ?? null, a, b) }];
  });
}

/** The second model's outputs under the first one's names; where a name is missing, the output at the same position. */
export function renamed(outputs: Tensors, from: ModelProto, to: ModelProto): Tensors {
  const old = modelInterface(from).outputs.map(({ name }) => name);
  const now = modelInterface(to).outputs.map(({ name }) => name);
  return Object.fromEntries(
    now.flatMap((name, position) => {
      const found = outputs[name] ?? outputs[old[position] ?? ""];
      return found ? [[name, found]] : [];
    }),
  );
}
