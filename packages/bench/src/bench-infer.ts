import {
  CongruentError,
  DEFAULT_BROWSER,
  RUNTIME_IDS,
  type RuntimeId,
  rows,
  runtimeId,
  sizeOf,
  tensor,
} from "@congruent/core";
import { sha256 } from "@congruent/core/files";
import type { InferBench, InferBenchModel } from "@congruent/core/schemas";
import { type Dataset, loadDataset } from "@congruent/datasets";
import { checkFits } from "@congruent/evaluator";
import { parameterCount, readCard } from "@congruent/onnx";
import { readModel } from "@congruent/onnx/files";
import { runners as allRunners, type Runner } from "@congruent/parity";
import { benchEvaluation } from "./bench-evaluation.js";
import type { Evaluator } from "./evaluators/index.js";
import { load, machineFacts } from "./machine.js";
import { measureRuntimes, RUNTIME_WARM_UP } from "./measure-runtimes.js";

export interface BenchInferOptions {
  /** ONNX files with a card. */
  models: readonly string[];
  /** These, none of which may be absent. Default: all that can be timed; those that are absent are listed with the reason. */
  runtimes?: readonly RuntimeId[] | undefined;
  /** Processes or pages for each runtime and batch size. Default: 3. */
  rounds?: number;
  /** Turns of the evaluation against Python's; 0 leaves it out. Default: 5. */
  evaluationRounds?: number;
  /** Folder of the built apps/web, which the web runtimes need. */
  webApp?: string | undefined;
  /** Of each process. */
  timeoutMs?: number;
  onProgress?: (text: string) => void;
  /** To choose from; others are for tests. */
  runners?: readonly Runner[];
  evaluators?: readonly Evaluator[];
}

/** About how long a turn of the evaluation takes, in milliseconds. */
const BLOCK_MS = 2000;

/**
 * Times models on every runtime: latency at batch 1 and 64, throughput, loading; and the evaluation of their test sets against
 * Python's onnxruntime, for which the environment "bench" must be made.
 *
 * @throws CongruentError `E_BENCH_RUNTIME` for a runtime that cannot be timed, `E_RUNTIME_UNAVAILABLE` for one that was asked for
 * and is absent, `E_CARD` for a model without a card, `E_MODEL_DATASET` for one that does not fit its data set
 */
export async function benchInfer(options: BenchInferOptions): Promise<InferBench> {
  const { models, rounds = 3, evaluationRounds = 5, timeoutMs = 300_000 } = options;
  const runners = chosen(options.runners ?? allRunners, options.runtimes);
  const before = load();
  const measured: InferBenchModel[] = [];
  for (const path of models) {
    const { bytes, model } = await readModel(path);
    const card = readCard(model, path);
    if (card === null) throw withoutCard(path);
    // A path, where the recipe has one.
    const source = card.recipe?.dataset ?? card.dataset.name;
    const dataset = await loadDataset(source);
    const { name } = checkFits(card, dataset, path);
    const onProgress = (text: string) => options.onProgress?.(`${name}: ${text}`);
    const runtimes = await measureRuntimes({
      runners,
      rounds,
      required: options.runtimes !== undefined,
      job: (batch, runs) => ({
        modelPath: path,
        layersDirectory: null,
        webApp: options.webApp ?? null,
        inputs: { pixels: pixelsOf(dataset, batch * runs) },
        batching: { mode: "fixed", size: batch },
        cap: null,
        timeoutMs,
        timed: true,
      }),
      onProgress,
    });
    const evaluation =
      evaluationRounds === 0
        ? null
        : await benchEvaluation({
            model: path,
            source,
            dataset,
            rounds: evaluationRounds,
            blockMs: BLOCK_MS,
            timeoutMs,
            onProgress,
            ...(options.evaluators && { evaluators: options.evaluators }),
          });
    measured.push({
      name,
      path,
      sha256: sha256(bytes),
      bytes: bytes.length,
      parameters: parameterCount(model),
      runtimes,
      evaluation,
    });
  }
  return {
    schema: "congruent/infer-bench@1",
    machine: machineFacts(before),
    settings: { rounds, warmUp: RUNTIME_WARM_UP, evaluationRounds: Math.max(1, evaluationRounds) },
    models: measured,
  };
}

function withoutCard(path: string): CongruentError {
  return new CongruentError({
    code: "E_CARD",
    what: `${path} has no card, so what data it is for is unknown`,
    expected: "a model that `congruent export` wrote",
    fix: "export the model with congruent",
  });
}

/** The runners of the runtimes asked for. Default: all that run ONNX files by themselves, in the default browser. */
function chosen(runners: readonly Runner[], ids: readonly RuntimeId[] | undefined): readonly Runner[] {
  const timed = runners.filter(({ isReference, wholeOnly }) => !isReference && !wholeOnly);
  if (ids === undefined) {
    return timed.filter(({ browser }) => browser === null || browser === DEFAULT_BROWSER);
  }
  return ids.map((name) => {
    const runner = timed.find((each) => runtimeId(each) === name);
    if (runner) return runner;
    throw new CongruentError({
      code: "E_BENCH_RUNTIME",
      what: `the runtime ${name} is not one that is timed`,
      expected: `one of ${RUNTIME_IDS.filter((id) => timed.some((runner) => runtimeId(runner) === id)).join(", ")}`,
      fix: "choose others",
    });
  });
}

/** As many of the test images as the model takes, from the first again where there are fewer. */
function pixelsOf({ test }: Dataset, count: number) {
  const [total = 0, ...shape] = test.images.dims;
  const stride = sizeOf(shape);
  const data = new Float32Array(count * stride);
  for (let begin = 0; begin < count; begin += total) {
    data.set(rows(test.images, 0, Math.min(total, count - begin)).data, begin * stride);
  }
  return tensor("float32", data, [count, ...shape]);
}
