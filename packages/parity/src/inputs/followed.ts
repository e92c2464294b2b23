import type { NodeProto } from "@congruent/onnx";
import type { DeepIndex } from "./deep-index.js";

/** Operators that pass on numbers unchanged, and the inputs whose numbers they pass on. */
const PASSING: Readonly<Record<string, readonly number[]>> = {
  Cast: [0],
  Clip: [0],
  Concat: [0, 1, 2, 3],
  DequantizeLinear: [0],
  Expand: [0],
  Flatten: [0],
  Identity: [0],
  QuantizeLinear: [0],
  Reshape: [0],
  Slice: [0],
  Squeeze: [0],
  Tile: [0],
  Transpose: [0],
  Unsqueeze: [0],
  Where: [1, 2],
};
const MOST_STEPS = 8;

/** The values that hold an input's numbers, the input itself first, nearest first. */
export function* passedOn(index: DeepIndex, name: string): Generator<string> {
  const seen = new Set([name]);
  let values = [name];
  for (let step = 0; step < MOST_STEPS && values.length > 0; step++) {
    yield* values;
    values = values.flatMap((value) =>
      index.consumersOf(value).flatMap((node) => {
        const passes = PASSING[node.opType]?.some((position) => node.input[position] === value) ?? false;
        return passes ? node.output.filter((output) => output !== "" && !seen.has(output)) : [];
      }),
    );
    for (const value of values) seen.add(value);
  }
}

/** What the first node that reads an input's numbers gives, where it gives something. */
export function followed<Found>(
  index: DeepIndex,
  name: string,
  look: (node: NodeProto, value: string) => Found | null,
): Found | null {
  for (const value of passedOn(index, name)) {
    for (const node of index.consumersOf(value)) {
      const found = look(node, value);
      if (found !== null) return found;
    }
  }
  return null;
}
