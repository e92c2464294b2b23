/** Runs parts of a model on one runtime: each is written to a file of its own, which is removed afterwards. */
import { rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { CongruentError, messageOf, sizeOf } from "@congruent/core";
import { temporaryFolder } from "@congruent/core/files";
import { encodeModel, type ModelProto } from "@congruent/onnx";
import type { Runner, RunnerJob, RunnerResult, Tensors } from "../runner.js";
import type { Attempt, Journal } from "./journal.js";

export type { Attempt };

/** What every run of a bisect shares: the time limit, the web app, and other options of a runner. */
export type BisectJob = Omit<RunnerJob, "modelPath" | "inputs" | "batching" | "cap">;

export interface PartRunner {
  /** @throws CongruentError of exit 3 where the runtime is absent; every other failure is returned as the attempt's result. */
  attempt(model: ModelProto, feeds: Tensors): Promise<Attempt>;
  /** Versions and adapter of the last successful run; null before it. */
  last(): Pick<RunnerResult, "versions" | "adapter"> | null;
  /** How many runs there were, and the most bytes that one of them took and returned. */
  readonly runs: number;
  readonly largestRun: number;
}

/**
 * Runs `work` with a part runner that is closed afterwards.
 *
 * @param journal where runs are kept, and looked for before they are made. Default: none
 */
export async function withPartRunner<T>(
  runner: Runner,
  job: BisectJob,
  work: (partRunner: PartRunner) => Promise<T>,
  journal: Journal | null = null,
): Promise<T> {
  const directory = await temporaryFolder("bisect");
  let [runs, largestRun] = [0, 0];
  let last: Pick<RunnerResult, "versions" | "adapter"> | null = null;
  const run = async (bytes: Uint8Array, inputs: Tensors): Promise<Tensors> => {
    const modelPath = join(directory, `${runs++}.onnx`);
    await writeFile(modelPath, bytes);
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
        const bytes = encodeModel(model);
        const before = await journal?.find(bytes, feeds);
        if (before) return before;
        const made = await attempted(() => run(bytes, feeds));
        // A cache that cannot be written costs time, not the result.
        await journal?.add(bytes, feeds, made).catch(() => undefined);
        return made;
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

async function attempted(run: () => Promise<Tensors>): Promise<Attempt> {
  try {
    return { outputs: await run() };
  } catch (error) {
    const known = error instanceof CongruentError ? error : null;
    if (known?.exit === 3 || known?.code === "E_INTERRUPTED") throw known;
    return { broken: { code: known?.code ?? "E_RUN", what: known?.what ?? messageOf(error) } };
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
