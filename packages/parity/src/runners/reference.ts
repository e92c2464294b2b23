import { RUNTIME_KERNELS } from "@congruent/core";
import { askScript } from "@congruent/core/process";
import type { ReferenceAnswer, ReferenceRequest } from "../children/protocol.js";
import { type Runner, sampleCount, takeSamples } from "../runner.js";

/** Samples that the reference gets unless told: it is plain rather than fast. */
export const REFERENCE_SAMPLES = 100;

/** The model in double precision: the truth that the others are held against. */
export const reference: Runner = {
  name: "reference",
  kernels: RUNTIME_KERNELS.reference,
  truth: true,
  async run(job) {
    const inputs = takeSamples({ ...job, cap: job.cap ?? REFERENCE_SAMPLES });
    const { modelPath, batchSize, timeoutMs, memoryBytes } = job;
    const request: ReferenceRequest = { modelPath, inputs, batchSize };
    const script = new URL("../children/run-reference.js", import.meta.url);
    const answer = await askScript<ReferenceAnswer>({ script, request, timeoutMs, memoryBytes });
    return { ...answer, adapter: null, samples: sampleCount(inputs, batchSize), threads: 1 };
  },
};
