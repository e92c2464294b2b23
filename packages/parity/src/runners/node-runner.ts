import type { NodeOrtRuntime } from "@congruent/core";
import { askScript } from "@congruent/core/process";
import { runtimeEnvironments } from "@congruent/toolchain";
import type { ModelAnswer, ModelRequest } from "../children/protocol.js";
import { placementOf } from "../placement.js";
import {
  isSoftware,
  type Runner,
  type RunnerResult,
  sampleCount,
  takeSamples,
  unavailable,
} from "../runner.js";

/** A runtime of onnxruntime-node, each run in a process of its own: a native crash or an endless loop ends that process alone. */
export function nodeRunner(runtime: NodeOrtRuntime): Runner {
  const runner: Runner = {
    runtime,
    browser: null,
    async run(job): Promise<RunnerResult> {
      const found = await runtimeEnvironments[runtime]();
      if (!found.available) throw unavailable(runner, found.why, found.fix);
      // ONNX Runtime for Node does not tell the adapter: the platform does.
      const { env, adapter } = found;
      const inputs = takeSamples(job, adapter !== null && isSoftware(adapter));
      const {
        modelPath,
        batching,
        threads,
        optimization = "all",
        timed = false,
        session,
        onnxruntime,
        history,
      } = job;
      const request: ModelRequest = {
        ...{ modelPath, runtime, inputs, batching, threads, optimization, session, onnxruntime, history },
        profile: !timed,
      };
      const answer = await askScript<ModelAnswer>({
        script: new URL("../children/run-model.js", import.meta.url),
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
        adapter: answer.adapter ?? adapter,
        samples: sampleCount(inputs, batching),
        threads: threads ?? null,
        optimization,
        placement: placed ? placementOf(runtime, placed) : null,
      };
    },
  };
  return runner;
}
