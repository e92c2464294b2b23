/** Files that every runtime computes right. */
import { create } from "@bufbuild/protobuf";
import type { AppliedRewrite } from "@congruent/core/schemas";
import {
  changed,
  checkModel,
  inlineFunctions,
  LAYER_KEY,
  type ModelProto,
  readCard,
  StringStringEntryProtoSchema,
  writeCard,
} from "@congruent/onnx";
import { freshNames } from "./fresh-names.js";
import { removeUnused } from "./passes/remove-unused.js";
import { type RewriteName, rewrites } from "./rewrites/index.js";
import type { Rewrite } from "./rewrites/rewrite.js";
import { REWRITES_KEY, rewritesOf } from "./rewrites-of.js";
import { runPass } from "./run-pass.js";
import type { Scope } from "./scope.js";

export interface Portable {
  /** The model itself where no rewrite applies. */
  model: ModelProto;
  rewrites: readonly AppliedRewrite[];
}

/** A rewrite takes one node at a time; a model has fewer nodes that are computed wrongly. */
const MOST_TURNS = 10_000;

/**
 * The model with every node that some runtime is known to compute wrongly rewritten into what all of them compute right. What it computes stays
 * the same; functions of its own are inlined where anything is rewritten. What was rewritten is noted in the file ({@link rewritesOf}), and in its card where it
 * has one.
 *
 * @throws CongruentError what `checkModel` says of the model; `E_CARD`, `E_REWRITES` where what it holds of these cannot be read
 * @example
 * ```ts
 * const value = (name) => makeTensorValueInfo(name, "float32", [2]);
 * const model = makeModel(makeGraph([makeNode("Relu", ["x"], ["y"])], "g", [value("x")], [value("y")]));
 * portable(model).rewrites; // => []
 * ```
 */
export function portable(source: ModelProto): Portable {
  checkModel(source);
  // A function's nodes are computed wrongly as all others are; to be rewritten they must stand in the graph.
  let model = inlineFunctions(source);
  const fresh = freshNames(model);
  const applied: AppliedRewrite[] = [];
  for (const [name, rewrite] of Object.entries(rewrites) as [RewriteName, Rewrite][]) {
    const places = found(rewrite, model, fresh);
    for (let turn = 0; ; turn++) {
      if (turn === MOST_TURNS) throw new Error(`the rewrite ${name} does not end`);
      const graph = runPass({ title: rewrite.remedy, run: rewrite.run }, { model, fresh });
      if (graph === model.graph) break;
      model = changed(model, { graph });
    }
    if (places.nodes.length === 0) continue;
    const { fault, remedy, runtimes, versions, link } = rewrite;
    applied.push({ rewrite: name, fault, remedy, runtimes: [...runtimes], versions, link, ...places });
  }
  if (applied.length === 0) return { model: source, rewrites: [] };
  // The weights in whose place others stand, among them.
  model = changed(model, { graph: runPass(removeUnused, { model, fresh }) });
  model = noting(model, applied);
  checkModel(model, "the rewritten model");
  return { model, rewrites: applied };
}

/** With what was rewritten and why, after what was so before; in the card, too, where it has one. */
function noting(model: ModelProto, applied: readonly AppliedRewrite[]): ModelProto {
  const all = [...rewritesOf(model), ...applied];
  const entry = create(StringStringEntryProtoSchema, { key: REWRITES_KEY, value: JSON.stringify(all) });
  const others = model.metadataProps.filter(({ key }) => key !== REWRITES_KEY);
  const noted = changed(model, { metadataProps: [...others, entry] });
  const card = readCard(noted);
  return card ? writeCard(noted, { ...card, rewrites: all }) : noted;
}

/** The nodes to which a rewrite applies, those of bodies included, and their layers, by name. */
function found(
  rewrite: Rewrite,
  model: ModelProto,
  fresh: (wish: string) => string,
): Pick<AppliedRewrite, "nodes" | "layers"> {
  const nodes: string[] = [];
  const layers = new Set<string>();
  const look = {
    title: "",
    run: (scope: Scope) => {
      for (const { proto, name } of scope.index.nodes) {
        if (!rewrite.applies(proto, scope)) continue;
        nodes.push(name);
        const layer = proto.metadataProps.find(({ key }) => key === LAYER_KEY)?.value;
        if (layer !== undefined) layers.add(layer);
      }
      return scope.graph;
    },
  };
  runPass(look, { model, fresh });
  return { nodes, layers: [...layers] };
}
