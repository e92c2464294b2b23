/** @needs tensorflow */
import { existsSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { readJson } from "@congruent/core/files";
import { anyRecipeSchema, isEstimatorRecipe, resultsSchema } from "@congruent/core/schemas";
import { itIf, timeLimits } from "@congruent/core/testing";
import { loadTensorFlow } from "@congruent/toolchain";
import { networkOf } from "@congruent/zoo";
import { expect, jest } from "@jest/globals";
import { execaSync } from "execa";

jest.setTimeout(timeLimits.training);

const root = fileURLToPath(new URL("../../../..", import.meta.url));
const models = join(root, "models");
/** Of all tracked .onnx files: what a clone of the project should not have to carry more of. */
const BUDGET = 20 * 2 ** 20;
/** Graph, card and names of an ONNX file, beside its weights. */
const AROUND_WEIGHTS = 64 * 2 ** 10;

const git = (...args: string[]) => execaSync("git", args, { cwd: root }).stdout;
const isClone = existsSync(join(root, ".git"));

/** What is ignored is not tracked, whether it is there or not. */
function isIgnored(path: string): boolean {
  const { exitCode } = execaSync("git", ["check-ignore", "--no-index", path], { cwd: root, reject: false });
  if (exitCode !== 0 && exitCode !== 1) throw new Error(`git check-ignore ended with ${exitCode}`);
  return exitCode === 0;
}

const inClone = itIf(isClone, "not a clone: an unpacked archive has no index to ask");

inClone("the .onnx files that git tracks fit into 20 MiB", () => {
  const files = git("ls-files", "-z", "--", "*.onnx").split("\0").filter(Boolean);
  expect(files).toContain("models/lenet/model.onnx");
  const sizes = files.map((file) => Number(git("cat-file", "-s", `:${file}`)));
  expect(sizes.reduce((sum, size) => sum + size, 0)).toBeLessThanOrEqual(BUDGET);
});

inClone("they still will once every model that is to be tracked has been trained", async () => {
  const tf = await loadTensorFlow({ device: "cpu" });
  const names = readdirSync(models).filter((name) => existsSync(join(models, name, "recipe.json")));
  const ignored: string[] = [];
  let total = 0;
  for (const name of names) {
    if (isIgnored(`models/${name}/model.onnx`)) {
      ignored.push(name);
      continue;
    }
    const recipe = await readJson(join(models, name, "recipe.json"), anyRecipeSchema);
    if (isEstimatorRecipe(recipe)) {
      // How large a classical model is, only its fit tells.
      const { model } = await readJson(join(models, name, "results.json"), resultsSchema);
      total += model.bytes ?? Number.POSITIVE_INFINITY;
      continue;
    }
    const model = networkOf(recipe).build(tf, { classes: 10 });
    total += 4 * model.countParams() + AROUND_WEIGHTS;
    model.dispose();
  }
  expect(ignored).toEqual(
    expect.arrayContaining([
      "cnn-nopool",
      "knn",
      "random-forest",
      "regcnn",
      "regcnn-plain",
      "regcnn-plus",
      "svm-rbf",
      "vgg",
    ]),
  );
  expect(total).toBeGreaterThan(2 ** 20);
  expect(total).toBeLessThanOrEqual(BUDGET);
});
