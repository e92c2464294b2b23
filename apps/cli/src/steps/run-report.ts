import { rows, sizeOf } from "@congruent/core";
import { readJson, writeFileAtomic } from "@congruent/core/files";
import { type Card, type Evaluation, type ParityReport, testImagesOf } from "@congruent/core/schemas";
import type { Dataset, Partition, Split } from "@congruent/datasets";
import type { AnyRun } from "@congruent/exporter";
import { type ModelReportData, renderModelReport } from "@congruent/report";
import { cardOf } from "../inputs/card.js";
import { datasetFor } from "../inputs/dataset.js";

const SAMPLES = 20;
const MISTAKES = 48;

/** Gathers what a run directory holds and writes its report; returns the report's path. */
export async function runReport(directory: string, out?: string): Promise<string> {
  const { runPaths } = await import("@congruent/run");
  const { isFitted, readAnyRun, readRunResults } = await import("@congruent/exporter");
  const run = await readAnyRun(directory);
  const paths = runPaths(directory);
  const { model, evaluation, agreement, parity } = await readRunResults(directory);
  const card = await cardOf(paths.onnx);
  const dataset = await datasetFor(run.recipe.dataset);
  const { partition } = await import("@congruent/datasets");
  const parts = partition(dataset, run.recipe);
  const data = reportData({ run, card, modelSha256: model.sha256, evaluation, parity, dataset, parts });
  const path = out ?? paths.report;
  const own = isFitted(run)
    ? { parameters: null, fit: run.fit, agreement }
    : { parameters: await parametersOf(paths.layers) };
  await writeFileAtomic(path, renderModelReport({ ...data, ...own }));
  return path;
}

function reportData(known: {
  run: AnyRun;
  card: Card;
  modelSha256: string;
  evaluation: Evaluation | null;
  parity: ParityReport | null;
  dataset: Dataset;
  parts: Partition;
}): Omit<ModelReportData, "parameters"> {
  const { run, card, modelSha256, evaluation, parity, dataset, parts } = known;
  const { labels, test, train } = dataset;
  // Sample numbers mean test images only where those were compared.
  const compared = parity?.inputs.source === testImagesOf(dataset.name) ? parity.cells : [];
  const flips = new Set(compared.flatMap((cell) => cell.decisions?.list.map((flip) => flip.sample) ?? []));
  return {
    card,
    modelSha256,
    recipe: run.recipe,
    environment: run.environment,
    epochs: run.epochs,
    evaluation,
    parity,
    samples: Array.from({ length: Math.min(SAMPLES, train.labels.length) }, (_, i) => ({
      picture: pictureAt(train, i),
      label: labels[train.labels[i] as number] ?? "",
    })),
    mistakes: (evaluation?.mistakes ?? []).slice(0, MISTAKES).map((mistake) => ({
      ...mistake,
      picture: pictureAt(parts[evaluation?.dataset.split ?? "test"], mistake.index),
    })),
    flipPictures: [...flips]
      .filter((i) => i < test.labels.length)
      .map((sample) => ({ sample, picture: pictureAt(test, sample) })),
  };
}

function pictureAt(split: Split, index: number) {
  const { data, dims } = rows(split.images, index, index + 1);
  return { data, dims: dims.slice(1) };
}

/** Counts the weights of a layers model from its manifest. */
async function parametersOf(layers: string): Promise<number> {
  const { z } = await import("zod");
  const manifest = z.object({
    weightsManifest: z.array(z.object({ weights: z.array(z.object({ shape: z.array(z.int()) })) })),
  });
  const { weightsManifest } = await readJson(`${layers}/model.json`, manifest);
  return weightsManifest.flatMap(({ weights }) => weights).reduce((sum, { shape }) => sum + sizeOf(shape), 0);
}
