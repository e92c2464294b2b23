/** Files that every runtime computes right. */
import { create } from "@bufbuild/protobuf";
import {
  changed,
  checkModel,
  inlineFunctions,
  type ModelProto,
  StringStringEntryProtoSchema,
} from "@congruent/onnx";
import { freshNames } from "./fresh-names.js";
import { removeUnused } from "./passes/remove-unused.js";
import { type RewriteName, rewrites } from "./rewrites/index.js";
import type { Rewrite } from "./rewrites/rewrite.js";
import { runPass } from "./run-pass.js";
import type { Scope } from "./scope.js";

/** One rewrite that a model needed. */
export interface AppliedRewrite {
  rewrite: RewriteName;
  fault: string;
  remedy: string;
  runtimes: readonly string[];
  versions: string;
  link: string;
  /** The nodes that a runtime would compute wrongly, by name. */
  nodes: readonly string[];
}

export interface Portable {
  /** The model itself where no rewrite applies. */
  model: ModelProto;
  rewrites: readonly AppliedRewrite[];
}

/** A rewrite takes one node at a time; a model has fewer nodes that are computed wrongly. */
const MOST_TURNS = 10_000;

/**
 * The model with every node that some runtime is known to compute wrongly rewritten into what all of them compute right. What it computes stays
 * the same; functions of its own are inlined where anything is rewritten. What was rewritten is noted in the file ({@link REWRITES_KEY}).
 *
 * @throws CongruentError what `checkModel` says of the model
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
    const nodes = found(rewrite, model, fresh);
    for (let turn = 0; ; turn++) {
      if (turn === MOST_TURNS) throw new Error(`the rewrite ${name} does not end`);
      const graph = runPass({ title: rewrite.remedy, run: rewrite.run }, { model, fresh });
      if (graph === model.graph) break;
      model = changed(model, { graph });
    }
    if (nodes.length === 0) continue;
    const { fault, remedy, runtimes, versions, link } = rewrite;
    applied.push({ rewrite: name, fault, remedy, runtimes, versions, link, nodes });
  }
  if (applied.length === 0) return { model: source, rewrites: [] };
  // The weights in whose place others stand, among them.
  model = changed(model, { graph: runPass(removeUnused, { model, fresh }) });
  model = noting(model, applied);
  checkModel(model, "the rewritten model");
  return { model, rewrites: applied };
}

/** The key of a model's metadata_props that lists, as JSON, the rewrites that it was given. */
export const REWRITES_KEY = "congruent.rewrites";

/** With what was rewritten and why, after what was so before. */
function noting(model: ModelProto, applied: readonly AppliedRewrite[]): ModelProto {
  const before = model.metadataProps.find(({ key }) => key === REWRITES_KEY)?.value;
  const all = [...(before === undefined ? [] : (JSON.parse(before) as unknown[])), ...applied];
  const entry = create(StringStringEntryProtoSchema, { key: REWRITES_KEY, value: JSON.stringify(all) });
  const others = model.metadataProps.filter(({ key }) => key !== REWRITES_KEY);
  return changed(model, { metadataProps: [...others, entry] });
}

/** The names of the nodes to which a rewrite applies, those of bodies included. */
function found(rewrite: Rewrite, model: ModelProto, fresh: (wish: string) => string): string[] {
  const names: string[] = [];
  const look = {
    title: "",
    run: (scope: Scope) => {
      for (const { proto, name } of scope.index.nodes) if (rewrite.applies(proto, scope)) names.push(name);
      return scope.graph;
    },
  };
  runPass(look, { model, fresh });
  return names;
}
