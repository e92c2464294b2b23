import { rm, writeFile } from "node:fs/promises";
import { join, resolve } from "node:path";
import { temporaryFolder } from "@congruent/core/files";
import type { InferBenchModel } from "@congruent/core/schemas";
import type { Dataset } from "@congruent/datasets";
import { evaluators as allEvaluators, type Evaluator, type PreparedEvaluation } from "./evaluators/index.js";
import { logProbabilitiesOf } from "./log-probabilities.js";
import { threads } from "./machine.js";
import { measure } from "./measure.js";

/** How many images are run by all first, to see that they compute the same. */
const COMPARED = 64;
/** An evaluation is thousands of runs: two are as warm as it gets. */
const WARM_UP_STEPS = 2;

export interface BenchEvaluationOptions {
  model: string;
  /** The data set's name or path, for other processes. */
  source: string;
  dataset: Dataset;
  rounds: number;
  /** About how long each turn takes, in milliseconds; one evaluation at least. */
  blockMs: number;
  timeoutMs: number;
  evaluators?: readonly Evaluator[];
  onProgress?: (text: string) => void;
}

/** Times the evaluation of a whole test set by `evaluate` and by Python's onnxruntime, taking turns. */
export async function benchEvaluation(
  options: BenchEvaluationOptions,
): Promise<NonNullable<InferBenchModel["evaluation"]>> {
  const { dataset, rounds, blockMs, timeoutMs, evaluators = allEvaluators, onProgress } = options;
  const { folder, prepared } = await prepare(resolve(options.model), options.source, dataset);
  try {
    const entries = await measure({
      prepared,
      contenders: evaluators,
      rounds,
      blockMs,
      timeoutMs,
      warmUpSteps: WARM_UP_STEPS,
      ...(onProgress && { onProgress }),
    });
    const samples = dataset.test.labels.length;
    const time = (peer: boolean) =>
      Math.min(
        ...entries.flatMap((e) => (e.peer === peer && e.milliseconds !== null ? [e.milliseconds] : [])),
      );
    const ratio = time(false) / time(true);
    return {
      samples,
      contenders: entries.map((entry) => ({
        ...entry,
        gflops: null,
        shareOfPeak: null,
        examplesPerSecond: entry.milliseconds === null ? null : (samples / entry.milliseconds) * 1000,
      })),
      toPython: Number.isFinite(ratio) && ratio > 0 ? ratio : null,
    };
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

async function prepare(
  model: string,
  source: string,
  dataset: Dataset,
): Promise<{ folder: string; prepared: PreparedEvaluation }> {
  const { images, labels } = dataset.test;
  const folder = await temporaryFolder("bench");
  const job = {
    model,
    dataset: source,
    images: join(folder, "images.bin"),
    imageShape: images.dims,
    labels: join(folder, "labels.bin"),
    classes: dataset.labels.length,
    compared: Math.min(COMPARED, labels.length),
    threads,
  };
  await writeFile(job.images, images.data);
  await writeFile(job.labels, Int32Array.from(labels));
  const prepared: PreparedEvaluation = {
    job,
    parameters: null,
    logProbabilities: await logProbabilitiesOf(model, dataset.test, job.compared),
    write: async (name, configuration) => {
      const path = join(folder, `${name}.json`);
      await writeFile(path, JSON.stringify({ ...job, configuration }));
      return path;
    },
  };
  return { folder, prepared };
}
