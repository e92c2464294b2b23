import { existsSync } from "node:fs";
import { readFile, rm } from "node:fs/promises";
import { basename, join } from "node:path";
import {
  anyRecipeSchema,
  CongruentError,
  type Environment,
  type EpochLog,
  environmentSchema,
  epochLogSchema,
  type Recipe,
  recipeSchema,
} from "@congruent/core";
import { checked, makeDirectory, readJson, writeError } from "@congruent/core/files";

/**
 * Where a run keeps what; every path is inside the run directory.
 *
 * @example
 * ```ts
 * runPaths("runs/lenet").onnx; // => "runs/lenet/model.onnx"
 * ```
 */
export function runPaths(directory: string) {
  const at = (...parts: string[]) => join(directory, ...parts);
  return {
    recipe: at("recipe.json"),
    log: at("log.jsonl"),
    environment: at("environment.json"),
    tensorBoard: at("tensorboard"),
    checkpoints: at("checkpoints"),
    /** Final weights in the tfjs layers format; written last: a run without it is not finished. */
    layers: at("layers"),
    savedModel: at("saved_model"),
    /** Of a classical model: what its fit left; written last likewise. */
    estimator: at("estimator"),
    onnx: at("model.onnx"),
    /** What `congruent evaluate` and `congruent parity` said of model.onnx. */
    evaluation: at("evaluation.json"),
    /** What it said of the training images that the recipe held out. */
    heldOut: at("held-out.json"),
    /** Of a classical model: what `congruent agreement` said of it. */
    agreement: at("agreement.json"),
    parity: at("parity.json"),
    report: at("report.html"),
  };
}

/** Everything that a finished run says about itself. */
export interface FinishedRun {
  directory: string;
  recipe: Recipe;
  environment: Environment;
  epochs: EpochLog[];
}

/**
 * Makes room for a new run. With `overwrite` an earlier run is removed; what is no run is never touched.
 *
 * @throws CongruentError `E_RUN_EXISTS` when anything that a run would write is there already.
 */
export async function createRunDirectory(directory: string, overwrite: boolean): Promise<void> {
  const paths = runPaths(directory);
  const there = Object.values(paths).filter((path) => existsSync(path));
  const isRun = await isRunDirectory(directory);
  if (there.length > 0 && !(overwrite && isRun)) {
    throw new CongruentError({
      code: "E_RUN_EXISTS",
      what: isRun
        ? `${directory} already holds a run`
        : `${directory} is no run and already holds ${there.map((path) => basename(path)).join(", ")}`,
      fix: isRun
        ? "choose another --out, give --resume to go on with it or --overwrite to replace it"
        : "choose another --out",
    });
  }
  try {
    // The recipe goes last: without it what is left would not be known for a run, and could not be replaced.
    for (const path of there.reverse()) await rm(path, { recursive: true, force: true });
    await makeDirectory(directory);
  } catch (error) {
    throw writeError(directory, error);
  }
}

/**
 * Whether a training made this folder, interrupted or not: the recipe is written first. A model's own folder holds a
 * recipe too, and what ships beside it.
 */
export async function isRunDirectory(directory: string): Promise<boolean> {
  const isModel = ["package.json", "card.json", "model.passport.json"].some((file) =>
    existsSync(join(directory, file)),
  );
  if (isModel) return false;
  try {
    await readJson(runPaths(directory).recipe, anyRecipeSchema);
    return true;
  } catch (error) {
    if (error instanceof CongruentError) return false;
    throw error;
  }
}

/** Reads a finished run. @throws CongruentError `E_RUN_INCOMPLETE` naming what is missing. */
export async function readRun(directory: string): Promise<FinishedRun> {
  const paths = runPaths(directory);
  const needed = [paths.recipe, paths.environment, paths.log, paths.layers, paths.savedModel];
  const missing = needed.filter((path) => !existsSync(path)).map((path) => basename(path));
  if (missing.length > 0) {
    throw new CongruentError({
      code: "E_RUN_INCOMPLETE",
      what: `${directory} is not a finished run: ${missing.join(", ")} missing`,
      expected: "a run directory as `congruent train` leaves it",
      fix: "go on with it: the same `congruent train` and --resume",
    });
  }
  const lines = (await readFile(paths.log, "utf8")).split("\n").filter((line) => line !== "");
  const run: FinishedRun = {
    directory,
    recipe: await readJson(paths.recipe, recipeSchema),
    environment: await readJson(paths.environment, environmentSchema),
    epochs: lines.map((line, i) =>
      checked(parseLine(line, paths.log, i), epochLogSchema, `${paths.log}:${i + 1}`),
    ),
  };
  const { recipe, environment, epochs } = run;
  const last = environment.stopped?.epoch ?? recipe.epochs;
  const whole = epochs.length === last && epochs.every((log, i) => log.epoch === i + 1);
  if (!whole || environment.seed !== recipe.seed) {
    throw new CongruentError({
      code: "E_RUN_MIXED",
      what: `${directory} holds parts of different trainings`,
      expected: `the log of epochs 1 to ${last} and the seed ${recipe.seed}, as recipe.json says`,
      fix: "train again into an empty folder",
    });
  }
  return run;
}

function parseLine(line: string, path: string, index: number): unknown {
  try {
    return JSON.parse(line);
  } catch (error) {
    throw new CongruentError({
      code: "E_JSON",
      what: `${path}:${index + 1} is not JSON`,
      fix: "train again",
      cause: error,
    });
  }
}
