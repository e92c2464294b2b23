import { stat } from "node:fs/promises";
import { joinRows, type Tensor } from "@congruent/core";
import { askInParts } from "@congruent/core/process";
import type { ReferencePart, ReferenceRequest } from "../children/protocol.js";
import { CollectedParts } from "../collected-parts.js";
import { referenceThreads } from "../reference-threads.js";
import { type ReferenceBound, type Runner, type RunnerResult, type Tensors, takeSamples } from "../runner.js";

/** Samples for the reference, which is slow, where the job has no cap. */
export const REFERENCE_SAMPLES = 100;

/** The model in double precision: what the others are compared with. When its time is over, what it has done counts. */
export const reference: Runner = {
  runtime: "reference",
  browser: null,
  isReference: true,
  async run(job) {
    const inputs = takeSamples({ ...job, cap: job.cap ?? REFERENCE_SAMPLES });
    const { modelPath, batching, memoryBytes, signal } = job;
    // What it has done counts, whichever limit ends it.
    const collected = new CollectedParts<ReferencePart>(
      { ...job, budgetMs: job.budgetMs ?? job.timeoutMs },
      inputs,
    );
    const threads = referenceThreads((await stat(modelPath)).size, { memoryBytes });
    const request: ReferenceRequest = { modelPath, inputs, batching, threads };
    const script = new URL("../children/run-reference.js", import.meta.url);
    const complete = await askInParts<ReferencePart>(
      { script, request, timeoutMs: collected.limitMs, memoryBytes, signal },
      (part) => collected.add(part),
    );
    const result = collected.result(complete);
    const { parts } = collected;
    const versions = parts[0]?.versions ?? {};
    return { ...result, bounds: joinedBounds(parts, result.outputs), versions, adapter: null, threads: 1 };
  },
};

function joinedBounds(
  parts: readonly ReferencePart[],
  outputs: Tensors,
): NonNullable<RunnerResult["bounds"]> {
  // Whole numbers have bounds in those parts alone where some of them may go either way.
  const bounded = Object.keys(outputs).filter((name) => parts.some(({ bounds }) => bounds[name]));
  return Object.fromEntries(bounded.map((name) => [name, joinedBound(parts, name)]));
}

function joinedBound(parts: readonly ReferencePart[], name: string): ReferenceBound {
  const each = parts.map(({ outputs, bounds }) => bounds[name] ?? exactly(outputs[name] as Tensor));
  const told = parts.flatMap(({ bounds }) => bounds[name] ?? []);
  return {
    exact: joinRows(each.map(({ exact }) => exact)),
    errors: joinRows(each.map(({ errors }) => errors)),
    why: (told.find(({ errors }) => errors.data.some((error) => error > 0)) ?? told[0])?.why ?? "",
  };
}

function exactly({ data, dims }: Tensor): ReferenceBound {
  const exact = Float64Array.from(data as Iterable<number | bigint>, Number);
  return {
    exact: { dtype: "float64", dims, data: exact },
    errors: { dtype: "float64", dims, data: new Float64Array(exact.length) },
    why: "",
  };
}
