import type { NodeOrtRuntime } from "@congruent/core";
import { askInParts } from "@congruent/core/process";
import { runtimeEnvironments } from "@congruent/toolchain";
import type { ModelPart, ModelRequest } from "../children/protocol.js";
import { CollectedParts } from "../collected-parts.js";
import { placementOf } from "../placement.js";
import {
  isSoftware,
  mayGrow,
  type Runner,
  type RunnerResult,
  takeSamples,
  timingsOf,
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
      const collected = new CollectedParts<ModelPart>(job, inputs);
      const request: ModelRequest = {
        ...{ modelPath, runtime, inputs, batching, threads, optimization, session, onnxruntime, history },
        profile: !timed,
        growWithinMs: mayGrow(job) ? collected.limitMs : undefined,
      };
      const complete = await askInParts<ModelPart>(
        {
          script: new URL("../children/run-model.js", import.meta.url),
          request,
          env,
          timeoutMs: collected.limitMs,
          memoryBytes: job.memoryBytes,
          signal: job.signal,
        },
        (part) => collected.add(part),
      );
      const result = collected.result(complete);
      const [first] = collected.parts as [ModelPart];
      const { versions, placed } = first;
      return {
        ...result,
        versions,
        timings: timingsOf(collected.parts),
        adapter: first.adapter ?? adapter,
        threads: threads ?? null,
        optimization,
        placement: placed ? placementOf(runtime, placed) : null,
      };
    },
  };
  return runner;
}
