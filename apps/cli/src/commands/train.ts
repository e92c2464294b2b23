import { existsSync } from "node:fs";
import { join } from "node:path";
import { CongruentError } from "@congruent/core";
import { type AnyRecipe, isEstimatorRecipe } from "@congruent/core/schemas";
import type { EngineName } from "@congruent/trainer";
import { Option } from "commander";
import { datasetFor } from "../inputs/dataset.js";
import { readRecipe } from "../inputs/recipe.js";
import { collect } from "../options/collect.js";
import { note } from "../output/output.js";
import { trainProgress } from "../output/train-progress.js";
import { type CommonOptions, defineVerb } from "../verb.js";

interface TrainOptions extends CommonOptions {
  engine?: EngineName;
  device: "auto" | "cpu" | "gpu";
  epochs?: string;
  seed?: string;
  out?: string;
  overwrite?: boolean;
  resume?: boolean;
  export?: boolean;
  set: string[];
}

export const train = defineVerb<[path: string], TrainOptions>({
  name: "train",
  description: "train what a recipe describes and leave a run directory",
  examples: [
    "congruent train models/lenet/recipe.json --epochs 1 --out runs/first",
    "congruent train models/lenet/recipe.json --set optimizer.learningRate=0.002 --export",
    "congruent train models/lenet/recipe.json --out runs/first --resume",
    "congruent train models/knn/recipe.json --set estimator.nNeighbors=5 --export",
  ],
  configure: (command) =>
    command
      .argument("<recipe>", "recipe.json, or a folder that holds one")
      .addOption(
        new Option("--engine <name>", "how steps are run (default: graph)").choices(["graph", "eager"]),
      )
      .addOption(new Option("--device <name>", "where").choices(["auto", "cpu", "gpu"]).default("auto"))
      .option("--epochs <n>", "instead of the recipe's")
      .option("--seed <n>", "instead of the recipe's")
      .option("--set <path=value>", "change one field of the recipe; may be repeated", collect, [])
      .option("--out <dir>", "the run directory (default: runs/NAME-TIME)")
      .option("--overwrite", "replace a run that is already there")
      .option(
        "--resume",
        "resume an interrupted run: that of --out, or the recipe's newest under runs/; with --overwrite a new one is begun where there is none of this recipe",
      )
      .option("--export", "export to model.onnx afterwards"),
  async run([path], options) {
    const recipe = await readRecipe(path, [
      ...options.set,
      ...(options.epochs === undefined ? [] : [`epochs=${options.epochs}`]),
      ...(options.seed === undefined ? [] : [`seed=${options.seed}`]),
    ]);
    if (isEstimatorRecipe(recipe)) {
      const { trainEstimator } = await import("../steps/train-estimator.js");
      return trainEstimator(recipe, options.out ?? defaultOut(recipe), options);
    }
    const { checkTensorFlow } = await import("@congruent/toolchain");
    // Before data are fetched.
    const device = options.device === "auto" ? await autoDevice() : options.device;
    checkTensorFlow(device);
    const { resume = false, overwrite = false } = options;
    const { runToResume } = await import("../steps/run-to-resume.js");
    const out = options.out ?? (resume && !overwrite ? await runToResume(path, recipe) : defaultOut(recipe));
    const trainer = await import("@congruent/trainer");
    const dataset = await datasetFor(recipe.dataset);
    const { interruption } = await import("../processes/interruption.js");
    const signal = interruption("writing a checkpoint");
    const trained = async (how: How) =>
      trainer.train({
        recipe,
        dataset,
        out,
        ...(options.engine && { engine: options.engine }),
        // Default: a resumed run stays on the device that it began on.
        ...((options.device !== "auto" || !how.resume) && { device }),
        ...how,
        callbacks: [trainProgress()],
        signal,
        notice: note,
      });
    const run = await (resume && overwrite
      ? resumedOrNew(out, recipe, trained)
      : trained({ resume, overwrite }));
    const { stopped } = run.environment;
    if (stopped) note(`ended after epoch ${stopped.epoch}: ${stopped.reason}`);
    const exported = options.export
      ? await (await import("@congruent/exporter")).exportRun({ run: run.directory })
      : null;
    const last = run.epochs.at(-1) ?? null;
    return {
      data: { run: run.directory, recipe, last, model: exported },
      text: () =>
        [
          `run    ${run.directory}`,
          ...(exported ? [`model  ${exported.path} (${exported.bytes} bytes)`] : []),
        ].join("\n"),
    };
  },
});

interface How {
  resume: boolean;
  overwrite: boolean;
}

/** Resumes an interrupted run of this recipe; where there is none, or it cannot be resumed, a new one replaces it. */
async function resumedOrNew<T>(
  out: string,
  recipe: AnyRecipe,
  trained: (how: How) => Promise<T>,
): Promise<T> {
  const { runPaths } = await import("@congruent/run");
  const { holdsRecipe } = await import("../steps/holds-recipe.js");
  const again = { resume: false, overwrite: true };
  const isFinished = existsSync(runPaths(out).layers);
  if (isFinished || (await holdsRecipe(out, recipe)) !== "this") return trained(again);
  try {
    return await trained({ resume: true, overwrite: false });
  } catch (error) {
    if (!(error instanceof CongruentError) || !CANNOT_RESUME.has(error.code)) throw error;
    note(`${error.what}: a new run begins`);
    return trained(again);
  }
}

/** Why a run of the same recipe cannot be resumed: other data or another machine, or its checkpoints are damaged. */
const CANNOT_RESUME: ReadonlySet<string> = new Set(["E_CHECKPOINT_MISMATCH", "E_CHECKPOINT_CORRUPT"]);

function defaultOut(recipe: AnyRecipe): string {
  const time = new Date().toISOString().replace(/[-:]/g, "").replace("T", "-").slice(0, 15);
  return join("runs", `${recipe.name}-${time}`);
}

async function autoDevice(): Promise<"cpu" | "gpu"> {
  const { whyNoGpu } = await import("@congruent/toolchain");
  return whyNoGpu() === null ? "gpu" : "cpu";
}
