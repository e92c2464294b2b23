/**
 * Exports models that ship (models/NAME) again from their own weights, scores and compares the new files, and puts them in the place of the old
 * ones if they come from the same training and have the same accuracy (single decisions are not compared): for a new exporter, or a rewrite that some runtime needs. Nothing is trained.
 *
 *     npm run source scripts/re-export.mjs lenet lenet-plus
 */
import { execFileSync } from "node:child_process";
import { cpSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { FROM_SOURCE, root } from "./set-up/javascript.mjs";

const names = process.argv.slice(2).filter((arg) => !arg.startsWith("-"));
const cli = join(root, "apps", "cli", "src", "bin.ts");
const models = join(root, "models");
const expectations = join(models, "expectations.json");

function congruent(...args) {
  process.stderr.write(`congruent ${args.join(" ").replaceAll(`${root}/`, "")}\n`);
  execFileSync(process.execPath, [...FROM_SOURCE, cli, ...args], { cwd: root, stdio: "inherit" });
}

/** The run that the model came from, as far as it ships. */
function runOf(name) {
  const shipped = join(models, name);
  const run = join(shipped, "runs", "re-export");
  const results = JSON.parse(readFileSync(join(shipped, "results.json"), "utf8"));
  rmSync(run, { recursive: true, force: true });
  mkdirSync(join(run, "saved_model"), { recursive: true });
  cpSync(join(shipped, "layers"), join(run, "layers"), { recursive: true });
  cpSync(join(shipped, "recipe.json"), join(run, "recipe.json"));
  writeFileSync(join(run, "environment.json"), JSON.stringify(results.environment));
  writeFileSync(join(run, "log.jsonl"), results.epochs.map((epoch) => `${JSON.stringify(epoch)}\n`).join(""));
  return { run, results };
}

for (const name of names) {
  const { run, results } = runOf(name);
  const onnx = join(run, "model.onnx");
  congruent("export", run);
  congruent("evaluate", onnx, "--report", join(run, "evaluation.json"));
  if (results.heldOut)
    congruent("evaluate", onnx, "--split", "heldOut", "--report", join(run, "held-out.json"));
  congruent("parity", onnx, "--expect", expectations, "--report", join(run, "parity.json"));
  congruent("promote", run, "--models", models, "--again");
}
