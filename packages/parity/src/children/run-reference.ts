/** Child process: runs an ONNX model with @congruent/reference, and hands over each part as soon as it is done. */
import { CongruentError, rows, tensor } from "@congruent/core";
import { answerInParts } from "@congruent/core/process";
import { modelInterface } from "@congruent/onnx";
import { readModel } from "@congruent/onnx/files";
import {
  type Bound,
  type Interpreter,
  interpretWithBounds,
  isFloat,
  prepare,
  toTensor,
  type Value,
} from "@congruent/reference";
import { checkFeeds } from "@congruent/runtime";
import { mixesSamples } from "../mixes-samples.js";
import type { ReferenceBound, Tensors } from "../runner.js";
import type { ReferencePart, ReferenceRequest } from "./protocol.js";

/** A part takes about so long, in milliseconds, so that little is lost at a time limit. */
const PART_MS = 500;

answerInParts<ReferenceRequest, ReferencePart>(async ({ modelPath, inputs: feeds, batching }, hand) => {
  const { model } = await readModel(modelPath);
  const { inputs } = modelInterface(model);
  const interpreter = prepare(model);
  const total = batching.mode === "once" ? 1 : (Object.values(feeds)[0]?.dims[0] ?? 0);
  // A model that states its batch, or whose samples depend on each other, is run on the batches that all others run.
  const whole = batching.mode === "fixed" || mixesSamples(model);
  let size = batching.mode === "once" ? 1 : whole ? batching.size : 1;
  for (let begin = 0; begin < total; ) {
    const end = Math.min(total, begin + size);
    const part = batching.mode === "once" ? feeds : rowsOf(feeds, begin, end);
    checkFeeds(part, inputs);
    const start = performance.now();
    const answer = run(interpreter, part);
    const ms = performance.now() - start;
    if (batching.mode !== "once") checkRows(answer.outputs, end - begin);
    // exp, tanh and the like are those of the JavaScript engine.
    const { node = "", v8 = "" } = process.versions;
    await hand({ ...answer, samples: end - begin, versions: { node, v8 }, milliseconds: ms });
    begin = end;
    if (batching.mode !== "once" && !whole && ms < PART_MS) size = Math.min(batching.size, size * 2);
  }
});

function run(interpreter: Interpreter, part: Tensors): Pick<ReferencePart, "outputs" | "bounds"> {
  const { outputs, bounds } = interpretWithBounds(interpreter, part);
  const given: Tensors = {};
  const errors: Record<string, ReferenceBound> = {};
  for (const [name, value] of outputs) {
    given[name] = toTensor(value);
    const bound = analysis(value, bounds.get(name));
    if (bound) errors[name] = bound;
  }
  return { outputs: given, bounds: errors };
}

function rowsOf(feeds: Tensors, begin: number, end: number): Tensors {
  return Object.fromEntries(Object.entries(feeds).map(([name, feed]) => [name, rows(feed, begin, end)]));
}

/** Batches are joined along the first axis, as those of the other runtimes are. */
function checkRows(outputs: Tensors, samples: number): void {
  for (const [name, { dims }] of Object.entries(outputs)) {
    if (dims[0] === samples) continue;
    throw new CongruentError({
      code: "E_BATCH_OUTPUT",
      what: `output ${name} has the shape [${dims.join(", ")}] for ${samples} samples`,
      expected: "one row per sample",
    });
  }
}

/**
 * An output in double precision, and how far each element of it may be off. Nothing for types that are exact, unless the analysis found
 * elements of it that may go either way.
 */
function analysis({ dtype, dims, data }: Value, bound: Bound | undefined): ReferenceBound | null {
  const open = bound?.errors?.some((error) => error > 0) ?? false;
  if (!isFloat(dtype) && (!open || dtype === "string")) return null;
  const exact = Float64Array.from(data as Iterable<number | bigint>, Number);
  const errors = bound?.errors ?? new Float64Array(exact.length);
  return {
    exact: tensor("float64", exact, dims),
    errors: tensor("float64", Float64Array.from(errors), dims),
    why: whyOf(bound?.origin ?? null),
  };
}

function whyOf(origin: Bound["origin"]): string {
  if (!origin) return "no rounding: the values must be equal";
  return `error analysis in double precision; most of it from ${origin.name} (${origin.opType}): ${origin.why}`;
}
