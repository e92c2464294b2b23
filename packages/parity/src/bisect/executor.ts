/** Runs parts of a model on one runtime: each is written to a file of its own, which is gone afterwards. */
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { CongruentError, messageOf, sizeOf } from "@congruent/core";
import { encodeModel, type ModelProto } from "@congruent/onnx";
import type { Runner, RunnerJob, RunnerResult, Tensors } from "../runner.js";

/** What every run of a bisect shares: the time limit, the web app, and what else a runner wants to know. */
export type BisectJob = Omit<RunnerJob, "modelPath" | "inputs" | "batching" | "cap">;

/** A runtime that broke: it crashed, hung, or refused the model. */
export interface Breakdown {
  code: string;
  what: string;
}

export type Attempt = { outputs: Tensors; broken?: never } | { outputs?: never; broken: Breakdown };

export interface Executor {
  /** @throws CongruentError of exit 3 where the runtime is absent; everything else that goes wrong is the attempt's answer. */
  attempt(model: ModelProto, feeds: Tensors): Promise<Attempt>;
  /** What the last run said of itself; null before one succeeded. */
  last(): Pick<RunnerResult, "versions" | "adapter"> | null;
  /** How many runs there were, and the most bytes that one of them was given and gave. */
  readonly runs: number;
  readonly largestRun: number;
}

/** An executor for as long as `work` takes. */
export async function withExecutor<T>(
  runner: Runner,
  job: BisectJob,
  work: (executor: Executor) => Promise<T>,
): Promise<T> {
  const directory = await mkdtemp(join(tmpdir(), "congruent-bisect-"));
  let [runs, largestRun] = [0, 0];
  let last: Pick<RunnerResult, "versions" | "adapter"> | null = null;
  const run = async (model: ModelProto, inputs: Tensors): Promise<Tensors> => {
    const modelPath = join(directory, `${runs++}.onnx`);
    await writeFile(modelPath, encodeModel(model));
    try {
      const result = await runner.run({ ...job, modelPath, inputs, ...WHOLE });
      last = { versions: result.versions, adapter: result.adapter };
      largestRun = Math.max(largestRun, bytesOf(inputs) + bytesOf(result.outputs));
      return result.outputs;
    } finally {
      await rm(modelPath, { force: true });
    }
  };
  try {
    return await work({
      async attempt(model, feeds) {
        try {
          return { outputs: await run(model, feeds) };
        } catch (error) {
          const known = error instanceof CongruentError ? error : null;
          if (known?.exit === 3) throw known;
          return { broken: { code: known?.code ?? "E_RUN", what: known?.what ?? messageOf(error) } };
        }
      },
      last: () => last,
      get runs() {
        return runs;
      },
      get largestRun() {
        return largestRun;
      },
    });
  } finally {
    await rm(directory, { recursive: true, force: true });
  }
}

/** Inner values have first axes of any meaning: nothing is cut into batches. */
const WHOLE = { batching: { mode: "once" }, cap: null } as const;

function bytesOf(tensors: Tensors): number {
  return Object.values(tensors).reduce(
    (sum, { data, dims }) => sum + sizeOf(dims) * data.BYTES_PER_ELEMENT,
    0,
  );
}
