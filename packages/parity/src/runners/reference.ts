import { CongruentError, joinRows, type Tensor } from "@congruent/core";
import { askInParts } from "@congruent/core/process";
import type { ReferencePart, ReferenceRequest } from "../children/protocol.js";
import {
  type ReferenceBound,
  type Runner,
  type RunnerResult,
  sampleCount,
  type Tensors,
  takeSamples,
} from "../runner.js";

/** Samples for the reference, which is slow, where the job has no cap. */
export const REFERENCE_SAMPLES = 100;

/** The model in double precision: what the others are compared with. When its time is over, what it has done counts. */
export const reference: Runner = {
  runtime: "reference",
  browser: null,
  isReference: true,
  async run(job) {
    const inputs = takeSamples({ ...job, cap: job.cap ?? REFERENCE_SAMPLES });
    const { modelPath, batching, memoryBytes, onDone } = job;
    const timeoutMs = Math.min(job.timeoutMs, job.budgetMs ?? job.timeoutMs);
    const request: ReferenceRequest = { modelPath, inputs, batching };
    const script = new URL("../children/run-reference.js", import.meta.url);
    const of = sampleCount(inputs, batching);
    const parts: ReferencePart[] = [];
    const start = performance.now();
    let done = 0;
    const complete = await askInParts<ReferencePart>({ script, request, timeoutMs, memoryBytes }, (part) => {
      parts.push(part);
      done += part.samples;
      const seconds = (performance.now() - start) / 1000;
      const needed = (seconds / done) * (of - done);
      onDone?.({ samples: done, of, secondsLeft: Math.min(needed, timeoutMs / 1000 - seconds) });
    });
    if (parts.length === 0) throw tooSlow(of, timeoutMs);
    return {
      ...joined(parts),
      adapter: null,
      samples: done,
      cut: complete ? null : `${done} of ${of} samples were done in ${timeoutMs / 1000} s, and count`,
      threads: 1,
    };
  },
};

function tooSlow(samples: number, timeoutMs: number): CongruentError {
  return new CongruentError({
    code: "E_TIMEOUT",
    what: `no answer within ${timeoutMs / 1000} s: the reference did not finish one of ${samples} samples`,
    fix: "give it more time (--reference-time, --timeout), or a smaller input",
  });
}

function joined(parts: readonly ReferencePart[]): Omit<RunnerResult, "samples" | "adapter"> {
  const [first] = parts as readonly [ReferencePart, ...ReferencePart[]];
  const names = Object.keys(first.outputs);
  const outputs: Tensors = Object.fromEntries(
    names.map((name) => [name, joinRows(parts.map((part) => part.outputs[name] as Tensor))]),
  );
  // Whole numbers have bounds in those parts alone where some of them may go either way.
  const bounded = names.filter((name) => parts.some(({ bounds }) => bounds[name]));
  const bounds = Object.fromEntries(bounded.map((name) => [name, joinedBound(parts, name)]));
  const seconds = parts.reduce((sum, part) => sum + part.seconds, 0);
  return { outputs, bounds, versions: first.versions, seconds };
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
