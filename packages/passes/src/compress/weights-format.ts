/** Formats of weights alone: what is stored in fewer bits becomes float32 again under its own name, so that no reader changes. */
import { changed, type GraphProto, type NodeProto } from "@congruent/onnx";
import type { Scope } from "../scope.js";
import { Additions } from "./additions.js";
import type { FormatOptions, Tally } from "./format.js";
import { noteCompressed, noteLeft, type Weight, weightsOf } from "./weights-of.js";

/** Adds the weight in fewer bits; the nodes that make its value of it again, or why that cannot be. */
export type Pack = (
  weight: Weight,
  scope: Scope,
  additions: Additions,
  options: FormatOptions,
) => NodeProto[] | string;

export function packWeights(pack: Pack, options: FormatOptions, tally: Tally): (scope: Scope) => GraphProto {
  return (scope) => {
    const additions = new Additions(scope);
    const unpacking: NodeProto[] = [];
    const gone = new Set<string>();
    for (const weight of weightsOf(scope, options, tally)) {
      const made = pack(weight, scope, additions, options);
      if (typeof made === "string") {
        noteLeft(tally, weight.readers, made);
        continue;
      }
      noteCompressed(tally, weight.readers);
      unpacking.push(...made);
      gone.add(weight.name);
    }
    if (gone.size === 0) return scope.graph;
    const others = scope.graph.node.filter(
      ({ opType, output }) => !(opType === "Constant" && gone.has(output[0] ?? "")),
    );
    const graph = additions.graph([...unpacking, ...others]);
    return changed(graph, { initializer: graph.initializer.filter(({ name }) => !gone.has(name)) });
  };
}
