import { existsSync } from "node:fs";
import { join } from "node:path";
import { isDeepStrictEqual } from "node:util";
import { type AnyRecipe, CongruentError } from "@congruent/core";
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
        outcomes.push(await outcomeOf(path, { ...recipe, seed }, run, options.device));
      }
      const { meanAndDeviation } = await import("@congruent/exporter");
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

/** Does what is missing of a run, each part in a process of its own, as if it had been called by hand. */
async function outcomeOf(path: string, recipe: AnyRecipe, run: string, device: string): Promise<SeedOutcome> {
  const { runPaths } = await import("@congruent/trainer");
  const { readAnyRun, readRunResults } = await import("@congruent/exporter");
  const paths = runPaths(run);
  if (!existsSync(paths.layers) && !existsSync(paths.estimator)) {
    const begun = existsSync(paths.checkpoints) ? ["--resume"] : [];
    await congruent("train", path, "--seed", String(recipe.seed), "--out", run, "--device", device, ...begun);
  }
  const finished = await readAnyRun(run);
  if (!isDeepStrictEqual(finished.recipe, recipe)) {
    throw new CongruentError({
      code: "E_RUN_EXISTS",
      what: `${run} holds a run of another recipe`,
      expected: "runs of the recipe as it is now",
      fix: "choose another --out, or remove the folder",
    });
  }
  if (!existsSync(paths.onnx)) await congruent("export", run);
  if (!existsSync(paths.evaluation)) {
    await congruent("evaluate", paths.onnx, "--report", paths.evaluation);
  }
  if (recipe.holdOut && !existsSync(paths.heldOut)) {
    await congruent("evaluate", paths.onnx, "--split", "heldOut", "--report", paths.heldOut);
  }
  const { evaluation, heldOut } = await readRunResults(run);
  if (!evaluation) throw new Error(`${paths.evaluation} was written and is not there`);
  const { accuracy } = evaluation;
  return { seed: recipe.seed, run, accuracy, heldOutAccuracy: heldOut?.accuracy ?? null };
}

/** Runs another verb; what it says goes to standard error, where progress belongs. */
async function congruent(...args: string[]): Promise<void> {
  const { execa } = await import("execa");
  const [script = ""] = process.argv.slice(1);
  const child = await execa(process.execPath, [script, ...args], {
    stdin: "ignore",
    stdout: process.stderr,
    stderr: "inherit",
    reject: false,
  });
  if (child.exitCode === 0) return;
  throw new CongruentError({
    code: "E_REPEAT",
    what: `congruent ${args.join(" ")} ended with ${child.exitCode ?? child.signal ?? "an error"}`,
    fix: "see what it said above; what is done is kept when it is called again",
    exit: child.exitCode === 3 ? 3 : 2,
  });
}
