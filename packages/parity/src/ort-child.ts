import { askScript } from "@congruent/core/process";
import type { ModelAnswer, ModelRequest } from "./children/protocol.js";
import { placementOf } from "./placement.js";
import { type RunnerJob, type RunnerResult, sampleCount, takeSamples } from "./runner.js";

export interface OrtChildOptions {
  runtime: ModelRequest["runtime"];
  env?: Record<string, string>;
  /** What the platform knows of the GPU; ONNX Runtime for Node does not tell. */
  adapter?: string;
  software?: boolean;
}

/** Runs the model in a process of its own: a native crash or an endless loop ends that process alone. */
export async function runInOrtChild(
  job: RunnerJob,
  { runtime, env = {}, adapter, software = false }: OrtChildOptions,
): Promise<RunnerResult> {
  const inputs = takeSamples(job, software);
  const { modelPath, batchSize, threads, optimization = "all", timed = false } = job;
  const profile = !timed;
  const request: ModelRequest = { modelPath, runtime, inputs, batchSize, threads, optimization, profile };
  const answer = await askScript<ModelAnswer>({
    script: new URL("./children/run-model.js", import.meta.url),
    request,
    env,
    timeoutMs: job.timeoutMs,
    memoryBytes: job.memoryBytes,
  });
  const { outputs, versions, seconds, timings, placed } = answer;
  return {
    outputs,
    versions,
    seconds,
    ...(timings && { timings }),
    adapter: answer.adapter ?? adapter ?? null,
    samples: sampleCount(inputs, batchSize),
    threads: threads ?? null,
    optimization,
    placement: placed ? placementOf(runtime, placed) : null,
  };
}
