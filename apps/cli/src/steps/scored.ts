import type { NodeOrtRuntime } from "@congruent/core";
import { readJson } from "@congruent/core/files";
import {
  type Card,
  type Evaluation,
  evaluationSchema,
  resultsSchema,
  type SplitName,
} from "@congruent/core/schemas";
import type { Dataset } from "@congruent/datasets";
import { cardOf } from "../inputs/card.js";
import { datasetFor } from "../inputs/dataset.js";
import { type ProgressLine, progressLine } from "../output/progress.js";

export interface ScoredOptions {
  dataset?: string;
  split: SplitName;
  runtime: NodeOrtRuntime;
  limit?: number;
}

/** Whether a file is the evaluation of a model, made before, and no model. */
export function isStored(path: string): boolean {
  return path.toLowerCase().endsWith(".json");
}

/**
 * Scores each model; of one that was scored before (evaluation.json or results.json), what was found then.
 *
 * @throws CongruentError as `evaluate`; `E_SCHEMA` for a file that is neither
 */
export async function scored(paths: readonly string[], options: ScoredOptions): Promise<Evaluation[]> {
  const loaded = new Map<string, Dataset>();
  const evaluations: Evaluation[] = [];
  for (const path of paths) {
    evaluations.push(isStored(path) ? await storedEvaluation(path) : await evaluated(path, options, loaded));
  }
  return evaluations;
}

async function evaluated(
  path: string,
  options: ScoredOptions,
  loaded: Map<string, Dataset>,
): Promise<Evaluation> {
  const { evaluate } = await import("@congruent/evaluator");
  const name = options.dataset ?? trainedOn(await cardOf(path));
  const dataset = loaded.get(name) ?? (await datasetFor(name));
  loaded.set(name, dataset);
  const { split, runtime, limit } = options;
  let line: ProgressLine | undefined;
  const evaluation = await evaluate({
    model: path,
    dataset,
    split,
    runtime,
    ...(limit !== undefined && { limit }),
    progress(done, total) {
      line ??= progressLine(runtime, total, "images");
      line.update(done, "");
    },
  });
  line?.end(`${runtime}: ${evaluation.dataset.samples} images in ${evaluation.seconds.toFixed(2)} s`);
  return evaluation;
}

/** Where the data set of a model is: a path, where the recipe has one. */
function trainedOn({ recipe, dataset }: Card): string {
  return recipe?.dataset ?? dataset.name;
}

async function storedEvaluation(path: string): Promise<Evaluation> {
  const { z } = await import("zod");
  const stored = await readJson(path, z.discriminatedUnion("schema", [evaluationSchema, resultsSchema]));
  return at(path, "evaluation" in stored ? stored.evaluation : stored);
}

/** A path in results.json is that of the machine that wrote it; here it is the path of the file that was read. */
function at(path: string, evaluation: Evaluation): Evaluation {
  return { ...evaluation, model: { ...evaluation.model, path } };
}
