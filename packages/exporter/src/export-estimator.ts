import { readFile, rm } from "node:fs/promises";
import { join } from "node:path";
import { convertEstimator, converters, type FittedRun, fittedPaths } from "@congruent/baselines";
import { temporaryFolder, writeFileAtomic } from "@congruent/core/files";
import { checkModel, checkProfile, decodeModel, encodeModel, writeCard } from "@congruent/onnx";
import { runPaths } from "@congruent/run";
import { load } from "@congruent/runtime";
import { type Exporter, exporterOf } from "./exporters.js";
import { runCard } from "./run-card.js";

/**
 * A fitted classical model as ONNX, in an .onnx file that our checker, the profile and ONNX Runtime take. Whether it decides as scikit-learn does is asked
 * by `congruent agreement`.
 *
 * @returns the bytes that were written, and the card in them
 */
export async function exportEstimator(
  run: FittedRun,
  { out, via, timeoutMs }: { out: string; via: Exporter | undefined; timeoutMs: number | undefined },
) {
  const { directory, recipe, environment } = run;
  const converter = exporterOf(via, converters, `${directory}, a run of ${recipe.name}`);
  const { height, width, channels } = environment.dataset;
  const work = await temporaryFolder("export");
  try {
    const draft = join(work, "draft.onnx");
    const { outputs, versions } = await convertEstimator({
      name: recipe.estimator.name,
      fitted: fittedPaths(runPaths(directory).estimator).estimator,
      ...{ height, width, channels, via: converter, out: draft },
      ...(timeoutMs !== undefined && { timeoutMs }),
    });
    const used = ["scikit-learn", "numpy", "onnx", ...(converter === "skl2onnx" ? ["skl2onnx"] : [])];
    const known = Object.fromEntries(used.map((name) => [name, versions[name] ?? "unknown"]));
    const card = runCard(run, outputs, known);
    const bytes = encodeModel(writeCard(decodeModel(new Uint8Array(await readFile(draft)), draft), card));
    const model = decodeModel(bytes, out);
    checkModel(model, out);
    checkProfile(model, card, out);
    await (await load(bytes)).close();
    await writeFileAtomic(out, bytes);
    return { bytes, card, model };
  } finally {
    await rm(work, { recursive: true, force: true });
  }
}
