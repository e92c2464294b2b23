import { join } from "node:path";
import { meanAndDeviation } from "@congruent/core";
import { ensureRun } from "../ensure-run.js";
import { note, print, printJson, table } from "../output.js";
import { readRecipe } from "../recipe.js";
import { type CommonOptions, verb } from "../verb.js";

interface RepeatOptions extends CommonOptions {
  out?: string;
  device: string;
}

interface SeedOutcome {
  seed: number;
  run: string;
  accuracy: number;
  heldOutAccuracy: number | null;
}

export const repeat = () =>
  verb("repeat", "train, export and score a recipe with every seed that it declares; what is done is kept", [
    "congruent repeat models/mlp512/recipe.json --out models/mlp512/runs",
  ])
    .argument("<recipe>", "recipe.json, or a folder that holds one")
    .option("--out <dir>", "the runs are its folders seed-S (default: runs/NAME)")
    .option("--device <name>", "where to train: auto, cpu or gpu", "auto")
    .action(async (path: string, options: RepeatOptions) => {
      const recipe = await readRecipe(path, []);
      const out = options.out ?? join("runs", recipe.name);
      const outcomes: SeedOutcome[] = [];
      for (const seed of recipe.seeds ?? [recipe.seed]) {
        const run = join(out, `seed-${seed}`);
        note(`seed ${seed}: ${run}`);
        const { device } = options;
        const { evaluation, heldOut } = await ensureRun({ path, recipe: { ...recipe, seed }, run, device });
        const { accuracy } = evaluation;
        outcomes.push({ seed, run, accuracy, heldOutAccuracy: heldOut?.accuracy ?? null });
      }
      const summary = meanAndDeviation(outcomes.map(({ accuracy }) => accuracy));
      if (options.json) return printJson({ recipe: recipe.name, runs: outcomes, ...summary });
      print(
        table(
          ["seed", "test accuracy", "held out", "run"],
          outcomes.map((o) => [
            String(o.seed),
            o.accuracy.toFixed(4),
            o.heldOutAccuracy?.toFixed(4) ?? "-",
            o.run,
          ]),
        ),
      );
      const spread = summary.standardDeviation === null ? "" : ` ± ${summary.standardDeviation.toFixed(4)}`;
      print(`mean ${summary.mean.toFixed(4)}${spread} (standard deviation) over ${outcomes.length} seed(s)`);
    });
