/** Child process: runs an ONNX model with @congruent/reference. */
import { type Tensor, tensor } from "@congruent/core";
import { answerOnce } from "@congruent/core/process";
import { modelInterface } from "@congruent/onnx";
import { readModel } from "@congruent/onnx/files";
import {
  type Bound,
  interpretWithBounds,
  isFloat,
  prepare,
  toTensor,
  type Value,
} from "@congruent/reference";
import { checkFeeds, runBatches } from "@congruent/runtime";
import type { ReferenceBound } from "../runner.js";
import type { ReferenceAnswer, ReferenceRequest } from "./protocol.js";

answerOnce<ReferenceRequest, ReferenceAnswer>(async ({ modelPath, inputs: feeds, batching }) => {
  const { model } = await readModel(modelPath);
  const { inputs } = modelInterface(model);
  const interpreter = prepare(model);
  /** Where each output's bound comes from; the same for every batch, except where its values decide. */
  const origins = new Map<string, Bound["origin"]>();
  const runOnce = (part: Record<string, Tensor>) => {
    const { outputs, bounds } = interpretWithBounds(interpreter, part);
    return Object.fromEntries(
      [...outputs].flatMap(([name, value]): [string, Tensor][] => {
        const bound = bounds.get(name);
        if (bound?.origin && !origins.has(name)) origins.set(name, bound.origin);
        return [[name, toTensor(value)], ...analysis(name, value, bound)];
      }),
    );
  };
  const start = performance.now();
  if (batching.mode === "once") checkFeeds(feeds, inputs);
  const all =
    batching.mode === "once"
      ? runOnce(feeds)
      : await runBatches(feeds, { batchSize: batching.size, inputs }, runOnce);
  const seconds = (performance.now() - start) / 1000;
  // exp, tanh and the like are those of the JavaScript engine.
  const { node = "", v8 = "" } = process.versions;
  const outputs = Object.fromEntries(Object.entries(all).filter(([name]) => !name.includes(MARK)));
  const analyzed = Object.keys(outputs).flatMap((name): [string, ReferenceBound][] => {
    const [exact, errors] = [all[EXACT + name], all[ERRORS + name]];
    if (exact?.dtype !== "float64" || errors?.dtype !== "float64") return [];
    return [[name, { exact, errors, why: whyOf(origins.get(name) ?? null) }]];
  });
  const bounds = Object.fromEntries(analyzed);
  return { outputs, bounds, versions: { node, v8 }, seconds };
});

/** No name in an ONNX file has it, so that bounds can be joined from batches as outputs are. */
const MARK = "\u0000";
const EXACT = `exact${MARK}`;
const ERRORS = `errors${MARK}`;

/** An output in double precision, and how far each element of it may be off; nothing for types that are exact. */
function analysis(name: string, { dtype, dims, data }: Value, bound: Bound | undefined): [string, Tensor][] {
  if (!isFloat(dtype)) return [];
  const exact = Float64Array.from(data as Iterable<number>);
  const errors = bound?.errors ?? new Float64Array(exact.length);
  return [
    [EXACT + name, tensor("float64", exact, dims)],
    [ERRORS + name, tensor("float64", Float64Array.from(errors), dims)],
  ];
}

function whyOf(origin: Bound["origin"]): string {
  if (!origin) return "no rounding: the values must be equal";
  return `error analysis in double precision; most of it from ${origin.name} (${origin.opType}): ${origin.why}`;
}
