/** Runs passes over a model until nothing changes any more. */
import { CongruentError } from "@congruent/core";
import { changed, checkModel, type GraphProto, type ModelProto } from "@congruent/onnx";
import { type PassChange, type Tally, tallyOf } from "./changes.js";
import { freshNames } from "./fresh-names.js";
import { type PassName, passes } from "./passes/index.js";
import { runPass } from "./run-pass.js";

export interface OptimizeOptions {
  /** The passes, in the order in which they take turns. Default: all, in the order of {@link passes}. */
  passes?: readonly PassName[];
}

export interface Optimized {
  model: ModelProto;
  /** What each pass did, in the order in which they take turns; with zeros where it did nothing. */
  passes: readonly PassChange[];
}

/** Turns of all passes. Each takes something away that no pass brings back, so that a model that needs more is a fault of a pass. */
const MOST_ROUNDS = 50;

/**
 * The model rewritten to do less for the same outputs. Inputs, outputs, their names and order, metadata and functions stay; values keep
 * their names as long as they are there. The model given is left as it is.
 *
 * @throws CongruentError what `checkModel` says of the model; `E_PASS_NAME` for an unknown pass; `E_PASS_TRAINING` for a model with a
 * training graph, which may use any value of it
 * @example
 * ```ts
 * const value = (name) => makeTensorValueInfo(name, "float32", [2]);
 * const nodes = [makeNode("Identity", ["x"], ["h"]), makeNode("Relu", ["h"], ["y"])];
 * const model = makeModel(makeGraph(nodes, "g", [value("x")], [value("y")]));
 * optimize(model).model.graph.node.map((node) => node.opType); // => ["Relu"]
 * ```
 */
export function optimize(
  source: ModelProto,
  { passes: names = PASS_NAMES }: OptimizeOptions = {},
): Optimized {
  for (const name of names) if (!Object.hasOwn(passes, name)) throw unknown(name);
  checkModel(source);
  if (source.trainingInfo.length > 0) throw training();
  const fresh = freshNames(source);
  const tallies = new Map<PassName, Tally>(names.map((name) => [name, tallyOf()]));
  let model = source;
  for (let round = 0, last = null as ModelProto | null; last !== model; round++) {
    if (round === MOST_ROUNDS) throw new Error(`passes undo each other: ${names.join(", ")}`);
    last = model;
    for (const name of names) {
      const graph = runPass(passes[name], { model, fresh });
      if (graph === model.graph) continue;
      tallies.get(name)?.add(model.graph as GraphProto, graph);
      model = changed(model, { graph });
    }
  }
  if (model !== source) checkModel(model, "the optimized model");
  return { model, passes: names.map((pass) => ({ pass, ...(tallies.get(pass) as Tally).result() })) };
}

/** The names of all passes, in the order in which they take turns. */
export const PASS_NAMES = Object.keys(passes) as PassName[];

function unknown(name: string): CongruentError {
  return new CongruentError({
    code: "E_PASS_NAME",
    what: `there is no pass ${name}`,
    expected: `some of ${PASS_NAMES.join(", ")}`,
  });
}

function training(): CongruentError {
  return new CongruentError({
    code: "E_PASS_TRAINING",
    what: "the model has a training graph (training_info), which may use any value that a pass removes",
    expected: "a model for inference",
    fix: "remove it: del model.training_info[:], in Python with the onnx package",
  });
}
