/** Runtimes with known faults. */
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { decodeModel, encodeModel, type ModelProto } from "@congruent/onnx";
import { load } from "@congruent/runtime";
import type { Runner, RunnerJob, RunnerResult } from "../../runner.js";
import { runnerOf } from "../../runners/index.js";
import { type Fault, withFault } from "./faults.js";

/** The kernel that computes one value. */
export interface FaultyKernel {
  output: string;
  fault: Fault;
}

/**
 * ONNX Runtime's CPU kernels, of which some are wrong: whatever model is run, the nodes that make these values are replaced. In this
 * process, as a process for each of some hundred runs would take minutes; `child` runs them as node-cpu does.
 */
export function faultyRunner(kernels: readonly FaultyKernel[], { child = false } = {}): Runner {
  const change = (model: ModelProto) =>
    kernels.reduce((changed, { output, fault }) => withFault(changed, output, fault) ?? changed, model);
  return changingRunner(change, { child });
}

/** Runs `change(model)` in place of each model. */
export function changingRunner(change: (model: ModelProto) => ModelProto, { child = false } = {}): Runner {
  return {
    runtime: "node-cpu",
    browser: null,
    async run(job) {
      const model = encodeModel(change(decodeModel(await readFile(job.modelPath))));
      return child ? runInChild(model, job) : runHere(model, job);
    },
  };
}

/** ONNX Runtime itself, in this process: the same numbers as node-cpu's. */
export const soundRunner: Runner = faultyRunner([]);

async function runHere(
  bytes: Uint8Array,
  { inputs, optimization = "all", session }: RunnerJob,
): Promise<RunnerResult> {
  const model = await load(bytes, { runtime: "node-cpu", optimization, session });
  try {
    const outputs = await model.run(inputs);
    return { outputs, versions: model.versions, samples: 1, adapter: null, seconds: 0 };
  } finally {
    await model.close();
  }
}

async function runInChild(bytes: Uint8Array, job: RunnerJob): Promise<RunnerResult> {
  const directory = await mkdtemp(join(tmpdir(), "faulty-"));
  try {
    const modelPath = join(directory, "model.onnx");
    await writeFile(modelPath, bytes);
    return await runnerOf("node-cpu").run({ ...job, modelPath });
  } finally {
    await rm(directory, { recursive: true });
  }
}
