import { existsSync } from "node:fs";
import { cp, mkdir, mkdtemp, readFile, rename, rm } from "node:fs/promises";
import { join } from "node:path";
import { isDeepStrictEqual } from "node:util";
import {
  CongruentError,
  evaluationSchema,
  type ParityReport,
  type Passport,
  parityReportSchema,
  type Recipe,
  type Results,
  recipeSchema,
  rows,
  tensor,
} from "@congruent/core";
import { readJson, sha256, writeError, writeFileAtomic, writeJson } from "@congruent/core/files";
import type { Dataset } from "@congruent/datasets";
import { readCard } from "@congruent/onnx";
import { encodeTensor, load } from "@congruent/runtime";
import { readRun, runPaths } from "@congruent/trainer";

/** Images whose outputs a passport records. */
const GOLDEN_SAMPLES = 16;

/**
 * Puts a finished, exported, evaluated and compared run into models/NAME: model.onnx, card.json, recipe.json,
 * results.json, model.passport.json and the tfjs source in layers/. Every file is written whole; model.onnx and
 * the passport last.
 *
 * @throws CongruentError `E_PROMOTE` when the run lacks a step or a step speaks of another file.
 */
export async function promote(options: {
  run: string;
  /** The folder models/; the model's own folder in it is named as its recipe. */
  models: string;
  /** The data set that the run was trained on. */
  dataset: Dataset;
}): Promise<{ directory: string; passport: Passport }> {
  const { run: directory, dataset } = options;
  const run = await readRun(directory);
  const paths = runPaths(directory);
  const needed = { [paths.onnx]: "export", [paths.evaluation]: "evaluate", [paths.parity]: "parity" };
  for (const [path, verb] of Object.entries(needed)) {
    if (!existsSync(path)) throw incomplete(directory, path, verb);
  }
  const bytes = new Uint8Array(await readFile(paths.onnx));
  const hash = sha256(bytes);
  const evaluation = await readJson(paths.evaluation, evaluationSchema);
  const parity = await readJson(paths.parity, parityReportSchema);
  for (const [verb, report] of [["evaluate", evaluation] as const, ["parity", parity] as const]) {
    if (report.model.sha256 !== hash) throw stale(directory, verb);
  }
  const target = join(options.models, run.recipe.name);
  const passport = await makePassport(paths.onnx, bytes, dataset, parity);
  const results: Results = {
    schema: "congruent/results@1",
    model: { file: "model.onnx", sha256: hash },
    environment: run.environment,
    epochs: run.epochs,
    evaluation: { ...evaluation, model: { ...evaluation.model, path: "model.onnx" } },
  };
  await copyFolder(paths.layers, join(target, "layers"));
  await writeRecipe(join(target, "recipe.json"), run.recipe);
  await writeJson(join(target, "card.json"), readCard(bytes, paths.onnx));
  await writeJson(join(target, "results.json"), results);
  await writeFileAtomic(join(target, "model.onnx"), bytes);
  await writeJson(join(target, "model.passport.json"), passport);
  return { directory: target, passport };
}

async function makePassport(
  path: string,
  bytes: Uint8Array,
  dataset: Dataset,
  parity: ParityReport,
): Promise<Passport> {
  const { images } = dataset.test;
  const first = rows(images, 0, GOLDEN_SAMPLES);
  const inputs = { pixels: tensor("float32", Float32Array.from(first.data), first.dims) };
  const model = await load(path, { runtime: "node-cpu" });
  try {
    const outputs = await model.run(inputs);
    const differences = parity.cells.flatMap((cell) => cell.outputs);
    const boundOf = (name: string) => {
      const found = differences.find((difference) => difference.name === name);
      return found ? { bound: found.bound, why: found.why } : { bound: 0, why: "integers must be equal" };
    };
    const encoded = (tensors: typeof outputs) =>
      Object.fromEntries(Object.entries(tensors).map(([name, value]) => [name, encodeTensor(value)]));
    return {
      schema: "congruent/passport@1",
      model: { file: "model.onnx", sha256: sha256(bytes), bytes: bytes.length },
      golden: {
        source: `${dataset.name} test images 0 to ${(first.dims[0] ?? 0) - 1}`,
        runtime: model.runtime,
        inputs: encoded(inputs),
        outputs: encoded(outputs),
        bounds: Object.fromEntries(Object.keys(outputs).map((name) => [name, boundOf(name)])),
      },
      parity: {
        verdict: parity.verdict,
        cells: parity.cells.map(({ runtime, status, samples }) => ({ runtime, status, samples })),
      },
    };
  } finally {
    await model.close();
  }
}

/** Leaves a recipe that says the same as it is: it is what the model's tasks are cached by. */
async function writeRecipe(path: string, recipe: Recipe): Promise<void> {
  const same = existsSync(path) && isDeepStrictEqual(await readJson(path, recipeSchema), recipe);
  if (!same) await writeJson(path, recipe);
}

async function copyFolder(from: string, to: string): Promise<void> {
  let temporary: string | undefined;
  try {
    await mkdir(join(to, ".."), { recursive: true });
    temporary = await mkdtemp(`${to}.`);
    await cp(from, join(temporary, "copy"), { recursive: true });
    await rm(to, { recursive: true, force: true });
    await rename(join(temporary, "copy"), to);
  } catch (error) {
    throw writeError(to, error);
  } finally {
    if (temporary) await rm(temporary, { recursive: true, force: true });
  }
}

function incomplete(run: string, path: string, verb: string): CongruentError {
  return new CongruentError({
    code: "E_PROMOTE",
    what: `${path} is missing: the run has not gone through \`congruent ${verb}\``,
    fix: commandFor(run, verb),
  });
}

function stale(run: string, verb: string): CongruentError {
  return new CongruentError({
    code: "E_PROMOTE",
    what: `the result of \`congruent ${verb}\` in ${run} speaks of another model.onnx`,
    expected: "a result for the file as it is now (same SHA-256)",
    fix: commandFor(run, verb),
  });
}

function commandFor(run: string, verb: string): string {
  if (verb === "export") return `congruent export ${run}`;
  const file = verb === "evaluate" ? "evaluation" : verb;
  return `congruent ${verb} ${join(run, "model.onnx")} --report ${join(run, `${file}.json`)}`;
}
