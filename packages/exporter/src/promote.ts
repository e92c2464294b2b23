import { existsSync } from "node:fs";
import { cp, mkdtemp, rename, rm } from "node:fs/promises";
import { join } from "node:path";
import { isDeepStrictEqual } from "node:util";
import { CongruentError, rows, tensor } from "@congruent/core";
import {
  makeDirectory,
  readJson,
  sha256,
  writeError,
  writeFileAtomic,
  writeJson,
} from "@congruent/core/files";
import {
  type Agreement,
  type AnyRecipe,
  anyRecipeSchema,
  type Evaluation,
  type ParityReport,
  type Passport,
  type Results,
  resultsSchema,
  testImagesOf,
} from "@congruent/core/schemas";
import type { Dataset } from "@congruent/datasets";
import { decodeModel, readCard } from "@congruent/onnx";
import { rewritesOf } from "@congruent/passes";
import { runPaths } from "@congruent/run";
import { encodeTensor, load } from "@congruent/runtime";
import { isFitted, readAnyRun } from "./any-run.js";
import { modelPackage, modelTasks } from "./model-package.js";
import { incomplete, partial, readExportedAgain, readRepeats } from "./repeats.js";

/** Images whose outputs a passport records. */
const GOLDEN_SAMPLES = 16;

/**
 * Puts a finished, exported, evaluated and compared run into models/NAME: model.onnx, card.json, recipe.json,
 * results.json, model.passport.json and, of a network, the tfjs source in layers/. Every file is written whole; model.onnx and
 * the passport last.
 *
 * A model that is new there gets a package.json with the tasks of the pipeline, a classical one a turbo.json too.
 *
 * @throws CongruentError `E_PROMOTE` when the run lacks a step, `E_STALE_RESULT` when a result is about another file,
 * `E_PROMOTE_VERDICT` (exit 1) when the runtimes do not agree.
 */
export async function promote(options: {
  run: string;
  /**
   * Runs of the recipe's other seeds, exported and evaluated. The shipped model is not chosen by scores: it is
   * that of the first seed that the recipe declares.
   */
  repeats?: readonly string[];
  /** The folder models/; the model's own folder in it is named as its recipe. */
  models: string;
  /** The data set that the run was trained on. */
  dataset: Dataset;
  /** Also a model whose parity verdict is not pass; its passport says so. */
  failing?: boolean;
  /** Whether it is the model that ships already, exported again from the same weights, with the same decisions: the results of other seeds stay. Default: false. */
  again?: boolean;
}): Promise<{ directory: string; passport: Passport }> {
  const { dataset } = options;
  const { first, repeats } = options.again
    ? await readExportedAgain(options.run, dataset, await shippedResults(options))
    : await readRepeats([options.run, ...(options.repeats ?? [])], dataset);
  const { run, model, evaluation, heldOut, agreement, parity } = first;
  const { directory } = run;
  if (!parity) throw incomplete(directory, "parity");
  refusePartialParity(directory, parity, dataset);
  if (parity.verdict !== "pass" && !options.failing) throw notCongruent(directory, parity);
  const fitted = isFitted(run)
    ? { fit: run.fit, agreement: agreed(directory, agreement, options.failing) }
    : {};
  const { bytes } = model;
  const paths = runPaths(directory);
  const target = join(options.models, run.recipe.name);
  const passport = await makePassport(paths.onnx, bytes, dataset, parity);
  const results: Results = {
    schema: "congruent/results@1",
    model: { file: "model.onnx", sha256: model.sha256, bytes: bytes.length },
    environment: run.environment,
    epochs: run.epochs,
    ...fitted,
    evaluation: shipped(evaluation),
    ...(heldOut && { heldOut: shipped(heldOut) }),
    ...(repeats && { repeats }),
  };
  if (!isFitted(run)) await copyFolder(paths.layers, join(target, "layers"));
  await writeRecipe(join(target, "recipe.json"), run.recipe);
  const manifest = join(target, "package.json");
  if (!existsSync(manifest)) {
    const tasks = modelTasks(run.recipe);
    if (tasks) await writeJson(join(target, "turbo.json"), tasks);
    await writeJson(manifest, modelPackage(run.recipe));
  }
  await writeJson(join(target, "card.json"), readCard(bytes, paths.onnx));
  await writeJson(join(target, "results.json"), results);
  await writeFileAtomic(join(target, "model.onnx"), bytes);
  await writeJson(join(target, "model.passport.json"), passport);
  return { directory: target, passport };
}

async function shippedResults({ run, models }: { run: string; models: string }): Promise<Results> {
  const { recipe } = await readAnyRun(run);
  return readJson(join(models, recipe.name, "results.json"), resultsSchema);
}

/** A result as it is stored beside the model: without the path of the run. */
function shipped<T extends Evaluation | Agreement>(result: T): T {
  return { ...result, model: { ...result.model, path: "model.onnx" } };
}

/** Checks a classical model's agreement with scikit-learn before it ships. */
function agreed(run: string, agreement: Agreement | null, failing = false): Agreement {
  if (!agreement) throw incomplete(run, "agreement");
  if (agreement.verdict === "pass" || failing) return shipped(agreement);
  throw new CongruentError({
    code: "E_PROMOTE_VERDICT",
    what: `${run} does not agree with scikit-learn: ${agreement.because}`,
    expected: "pass",
    fix: "export again and look at the disagreements; --failing promotes it anyway",
    exit: 1,
  });
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
      // Where no bound is known, the values must be equal.
      return found
        ? { bound: found.bound ?? 0, why: found.why }
        : { bound: 0, why: "integers must be equal" };
    };
    const encoded = (tensors: typeof outputs) =>
      Object.fromEntries(Object.entries(tensors).map(([name, value]) => [name, encodeTensor(value)]));
    return {
      schema: "congruent/passport@1",
      model: { file: "model.onnx", sha256: sha256(bytes), bytes: bytes.length },
      rewrites: rewritesOf(decodeModel(bytes, path), path),
      golden: {
        source: `${dataset.name} test images 0 to ${(first.dims[0] ?? 0) - 1}`,
        runtime: model.runtime,
        inputs: encoded(inputs),
        outputs: encoded(outputs),
        bounds: Object.fromEntries(Object.keys(outputs).map((name) => [name, boundOf(name)])),
      },
      parity: {
        verdict: parity.verdict,
        cells: parity.cells.map(({ runtime, browser, status, samples, cure }) => ({
          runtime,
          browser,
          status,
          samples,
          ...(cure?.options && { cure: cure.options }),
        })),
      },
    };
  } finally {
    await model.close();
  }
}

/** Does not touch an equal recipe: the caches of the model's tasks depend on the file. */
async function writeRecipe(path: string, recipe: AnyRecipe): Promise<void> {
  const same = existsSync(path) && isDeepStrictEqual(await readJson(path, anyRecipeSchema), recipe);
  if (!same) await writeJson(path, recipe);
}

async function copyFolder(from: string, to: string): Promise<void> {
  let temporary: string | undefined;
  try {
    await makeDirectory(join(to, ".."));
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

/** Samples on which runtimes must have been compared, where the test set has as many. */
const LEAST_COMPARED = 1000;

function refusePartialParity(run: string, parity: ParityReport, dataset: Dataset): void {
  const needed = Math.min(LEAST_COMPARED, dataset.test.labels.length);
  const { source, samples } = parity.inputs;
  if (source === testImagesOf(dataset.name) && samples >= needed) return;
  throw partial(
    run,
    "parity",
    `${samples} inputs (${source})`,
    `at least ${needed} test images of ${dataset.name}`,
  );
}

function notCongruent(run: string, { verdict, because }: ParityReport): CongruentError {
  return new CongruentError({
    code: "E_PROMOTE_VERDICT",
    what: `the parity verdict of ${run} is ${verdict}: ${because}`,
    expected: "pass",
    fix: "fix it, or record it in a ledger (congruent parity --expect FILE); --failing promotes it anyway",
    exit: 1,
  });
}
