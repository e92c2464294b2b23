/**
 * Exports models that ship (models/NAME) again, scores and compares the new files, and puts them in the place of the old ones if they come from the same
 * training and decide the same on every image: for a new exporter, or a rewrite that some runtime needs.
 *
 *     npm run source scripts/re-export.mjs lenet lenet-plus
 *
 * A network is exported from its own weights (models/NAME/layers), by `--via both`: the native file and tf2onnx's must agree. Nothing is trained. A classical model
 * is fitted again, which takes a minute or two and gives the same model. A network whose weights are too large to be tracked has to be trained: `npm run models`.
 */
import { execFileSync } from "node:child_process";
import { cpSync, existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { modelOfArtifacts, readArtifacts } from "../packages/layers/src/index.ts";
import { loadTensorFlow } from "../packages/toolchain/src/index.ts";
import { exportSavedModel } from "../packages/trainer/src/index.ts";
import { parityArguments } from "./parity-arguments.mjs";
import { FROM_SOURCE, root } from "./set-up/javascript.mjs";

const names = process.argv.slice(2).filter((arg) => !arg.startsWith("-"));
const cli = join(root, "apps", "cli", "src", "bin.ts");
const models = join(root, "models");

function congruent(...args) {
  process.stderr.write(`congruent ${args.join(" ").replaceAll(`${root}/`, "")}\n`);
  execFileSync(process.execPath, [...FROM_SOURCE, cli, ...args], { cwd: root, stdio: "inherit" });
}

/** The run that a network came from, as far as it ships, with the SavedModel that tf2onnx reads. */
async function restored(run, shipped, results) {
  mkdirSync(run, { recursive: true });
  const layers = join(run, "layers");
  cpSync(join(shipped, "layers"), layers, { recursive: true });
  cpSync(join(shipped, "recipe.json"), join(run, "recipe.json"));
  writeFileSync(join(run, "environment.json"), JSON.stringify(results.environment));
  writeFileSync(join(run, "log.jsonl"), results.epochs.map((epoch) => `${JSON.stringify(epoch)}\n`).join(""));
  const tf = await loadTensorFlow({ device: "cpu" });
  const model = await modelOfArtifacts(tf, await readArtifacts(layers), layers);
  await exportSavedModel(tf, model, join(run, "saved_model"));
  model.dispose();
}

for (const name of names) {
  const shipped = join(models, name);
  const run = join(shipped, "runs", "re-export");
  const onnx = join(run, "model.onnx");
  const results = JSON.parse(readFileSync(join(shipped, "results.json"), "utf8"));
  rmSync(run, { recursive: true, force: true });
  if (results.fit) {
    congruent("train", join(shipped, "recipe.json"), "--out", run);
    congruent("export", run);
    congruent("agreement", run, "--report", join(run, "agreement.json"));
  } else if (existsSync(join(shipped, "layers"))) {
    await restored(run, shipped, results);
    congruent("export", run, "--via", "both");
  } else {
    process.stderr.write(
      `models/${name} holds no weights: they are too large to be tracked. Train it: npm run models\n`,
    );
    process.exit(2);
  }
  congruent("evaluate", onnx, "--report", join(run, "evaluation.json"));
  if (results.heldOut)
    congruent("evaluate", onnx, "--split", "heldOut", "--report", join(run, "held-out.json"));
  congruent(...parityArguments(name, onnx, join(run, "parity.json")));
  congruent("promote", run, "--models", models, "--again");
}
