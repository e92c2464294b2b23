import { askScript } from "@congruent/core/process";
import type { ReferenceAnswer, ReferenceRequest } from "../children/protocol.js";
import { type Runner, sampleCount, takeSamples } from "../runner.js";

/** Samples for the reference, which is slow, where the job has no cap. */
export const REFERENCE_SAMPLES = 100;

/** The model in double precision: what the others are compared with. */
export const reference: Runner = {
  runtime: "reference",
  browser: null,
  isReference: true,
  async run(job) {
    const inputs = takeSamples({ ...job, cap: job.cap ?? REFERENCE_SAMPLES });
    const { modelPath, batching, timeoutMs, memoryBytes } = job;
    const request: ReferenceRequest = { modelPath, inputs, batching };
    const script = new URL("../children/run-reference.js", import.meta.url);
    const answer = await askScript<ReferenceAnswer>({ script, request, timeoutMs, memoryBytes });
    return { ...answer, adapter: null, samples: sampleCount(inputs, batching), threads: 1 };
  },
};
