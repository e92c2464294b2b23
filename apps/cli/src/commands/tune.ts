import { join } from "node:path";
import { refuseUnwritable, writeJson } from "@congruent/core/files";
import type { Recipe, TuningResults } from "@congruent/core/schemas";
import { Option } from "commander";
import { datasetFor } from "../inputs/dataset.js";
import { readTuning } from "../inputs/tuning.js";
import { collect } from "../options/collect.js";
import { wholeNumber } from "../options/numbers.js";
import { note } from "../output/output.js";
import { type CommonOptions, defineVerb, reported } from "../verb.js";

interface TuneOptions extends CommonOptions {
  space?: string;
  sampler?: string;
  objective?: string;
  trials?: number;
  executions?: number;
  seed?: number;
  set: string[];
  parallel: number;
  engine?: "graph" | "eager";
  device?: "cpu" | "gpu";
  out?: string;
  resume?: boolean;
  writeRecipe?: string;
}

/** Shown of the trials, as Keras Tuner does. */
const TOP = 10;

export const tune = defineVerb<[path: string], TuneOptions>({
  name: "tune",
  description: "search hyper-parameters: trials in processes of their own, resumable",
  examples: [
    "congruent tune models/mlp-tuned/tuning.json --out runs/mlp-tuned --write-recipe runs/best.json",
    "congruent tune models/mlp-tuned/tuning.json --out runs/mlp-tuned --resume",
    "congruent tune models/lenet/recipe.json --space space.json --sampler tpe --trials 30 --parallel 2",
  ],
  reports: true,
  configure: (command) =>
    command
      .argument("<search>", "a tuning file, a folder that holds tuning.json, or a recipe (with --space)")
      .option("--space <file>", "a JSON list of hyper-parameters, in place of the search's own")
      .option("--sampler <name>", "random, grid, hyperband or tpe, in place of the search's own")
      .option("--objective <field>", "a field of the epochs' logs, in place of the search's own")
      .option("--trials <n>", "maximum number of trials", wholeNumber("--trials"))
      .option(
        "--executions <n>",
        "trainings of each trial, with seeds of their own",
        wholeNumber("--executions"),
      )
      .option("--seed <n>", "decides which values are tried", wholeNumber("--seed", 0))
      .option(
        "--set <path=value>",
        "change one field of what each trial trains; may be repeated",
        collect,
        [],
      )
      .option("--parallel <n>", "processes at once", wholeNumber("--parallel"), 1)
      .addOption(
        new Option("--engine <name>", "how steps are run (default: graph)").choices(["graph", "eager"]),
      )
      .addOption(new Option("--device <name>", "where (default: cpu)").choices(["cpu", "gpu"]))
      .option("--out <dir>", "the search's folder: journal and trials (default: runs/NAME-search)")
      .option("--resume", "resume the search in --out; what is finished is not run again")
      .option("--write-recipe <file>", "write the best values as a recipe that trains like any other"),
  async run([path], options) {
    if (options.writeRecipe) await refuseUnwritable(options.writeRecipe);
    const tuning = await readTuning(path, options);
    const tuner = await import("@congruent/tuner");
    const { tuneProgress, valuesText } = await import("../output/tune-progress.js");
    const directory = options.out ?? join("runs", `${tuning.name}-search`);
    const searched = tuner.searchOfTuning(tuning);
    // Fetched once, before the trials ask for it side by side.
    const { dataset } = tuning.recipe;
    const data = typeof dataset === "string" ? (await datasetFor(dataset)).sha256 : null;
    const { engine, device, parallel } = options;
    const search = await tuner.openSearch({
      ...searched,
      directory,
      settings: { engine: engine ?? "graph", device: device ?? "cpu", data },
      resume: options.resume ?? false,
      notice: note,
    });
    let results: TuningResults;
    try {
      note(search.searchSpaceSummary());
      const { interruption } = await import("../processes/interruption.js");
      const progress = tuneProgress(search, tuning.executionsPerTrial);
      const executor = tuner.processExecutor({ root: directory, settings: { engine, device } });
      results = await search.run({
        executor,
        parallel,
        callbacks: [progress],
        signal: interruption("asking the trials to end"),
      });
      progress.end();
      if (results.ended) note(results.ended);
    } finally {
      await search.close();
    }
    const [best] = results.ranking.map((id) => results.trials[id]);
    const recipe = best ? tuner.finalRecipe(tuning, best.values) : null;
    if (recipe && options.writeRecipe) await writeRecipe(options.writeRecipe, recipe);
    return {
      report: reported("tuning", results),
      data: { out: directory, recipe, results },
      exitCode: best ? 0 : 1,
      text: () =>
        best
          ? `${search.resultsSummary(TOP)}\n\nbest  trial ${tuner.trialName(best.id)}: ${valuesText(best.values)}`
          : "no trial was completed",
    };
  },
});

async function writeRecipe(path: string, recipe: Recipe): Promise<void> {
  await writeJson(path, recipe);
  note(`recipe: ${path}`);
}
