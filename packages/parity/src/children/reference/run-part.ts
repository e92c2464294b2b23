import { CongruentError, tensor } from "@congruent/core";
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
import { checkFeeds } from "@congruent/runtime";
import { mixesSamples } from "../../mixes-samples.js";
import type { ReferenceBound, Tensors } from "../../runner.js";
import type { ReferencePart, ReferenceRequest } from "../protocol.js";

/** A model that the reference has read, ready to run. */
export interface ReadReference {
  /** It states its batch, or its samples depend on each other: it is run on the batches that all others run. */
  whole: boolean;
  /** @param feeds the inputs of `samples` samples; those of the one run where `samples` is null */
  run(feeds: Tensors, samples: number | null): ReferencePart;
}

/** @throws CongruentError as `readModel` and `prepare` do */
export async function readReference({
  modelPath,
  batching,
}: Pick<ReferenceRequest, "modelPath" | "batching">): Promise<ReadReference> {
  const { model } = await readModel(modelPath);
  const { inputs } = modelInterface(model);
  const interpreter = prepare(model);
  // exp, tanh and the like are those of the JavaScript engine.
  const { node = "", v8 = "" } = process.versions;
  return {
    whole: batching.mode === "fixed" || mixesSamples(model),
    run(feeds, samples) {
      checkFeeds(feeds, inputs);
      const start = performance.now();
      const found = interpretWithBounds(interpreter, feeds);
      const milliseconds = performance.now() - start;
      const outputs: Tensors = {};
      const bounds: Record<string, ReferenceBound> = {};
      for (const [name, value] of found.outputs) {
        outputs[name] = toTensor(value);
        const bound = analysis(value, found.bounds.get(name));
        if (bound) bounds[name] = bound;
      }
      if (samples !== null) checkRows(outputs, samples);
      return { outputs, bounds, samples: samples ?? 1, versions: { node, v8 }, milliseconds };
    },
  };
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
