import { join } from "node:path";
import { meanAndDeviation } from "@congruent/core";
import { readRecipe } from "../inputs/recipe.js";
import { note, table } from "../output/output.js";
import { ensureRun } from "../steps/ensure-run.js";
import { type CommonOptions, defineVerb } from "../verb.js";

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

export const repeat = defineVerb<[path: string], RepeatOptions>({
  name: "repeat",
  description: "train, export and score a recipe with every seed that it declares; what is done is kept",
  examples: ["congruent repeat models/mlp512/recipe.json --out models/mlp512/runs"],
  configure: (command) =>
    command
      .argument("<recipe>", "recipe.json, or a folder that holds one")
      .option("--out <dir>", "the runs are its folders seed-S (default: runs/NAME)")
      .option("--device <name>", "where to train: auto, cpu or gpu", "auto"),
  async run([path], options) {
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
    return {
      data: { recipe: recipe.name, runs: outcomes, ...summary },
      text: () => seedTable(outcomes, summary),
    };
  },
});

function seedTable(
  outcomes: readonly SeedOutcome[],
  { mean, standardDeviation }: { mean: number; standardDeviation: number | null },
): string {
  const rows = outcomes.map((o) => [
    String(o.seed),
    o.accuracy.toFixed(4),
    o.heldOutAccuracy?.toFixed(4) ?? "-",
    o.run,
  ]);
  const deviation = standardDeviation === null ? "" : ` ± ${standardDeviation.toFixed(4)}`;
  return [
    table(["seed", "test accuracy", "held out", "run"], rows),
    `mean ${mean.toFixed(4)}${deviation} (standard deviation) over ${outcomes.length} seed(s)`,
  ].join("\n");
}
