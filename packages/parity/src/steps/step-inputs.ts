/** Inputs for every step of a model with a state. */
import { CongruentError, type DType, emptyTensor, sizeOf, type Tensor } from "@congruent/core";
import { describeDims, type ModelProto, modelInterface } from "@congruent/onnx";
import type { RunInputs } from "../inputs/index.js";
import { generateInputs } from "../inputs/index.js";
import { atStep, type StateLink } from "./unroll.js";

/** So that no step draws what another did. */
const SEED_STEP = 7919;

/**
 * Made-up inputs are others at each step, and states begin at zero where nothing else was said. Of a file, an array with one axis more than
 * its input has an entry per step; others are the same at each.
 *
 * @throws CongruentError `E_STATE` for an array of another number of steps, or a first state that is neither given nor of a known size
 */
export function stepInputs(
  model: ModelProto,
  given: RunInputs,
  { steps, state }: { steps: number; state: readonly StateLink[] },
): RunInputs {
  const fed = new Set(state.map(({ input }) => input));
  const tensors: Record<string, Tensor> = {};
  const all = Array.from({ length: steps }, (_, step) => step);
  const { generated } = given;
  if (generated) {
    const fills = generated.fills ?? [];
    const said = (name: string) => fills.some((fill) => fill.startsWith(`${name}=`));
    const zeros = [...fed].filter((name) => !said(name)).map((name) => `${name}=zeros`);
    for (const step of all) {
      const own = {
        ...generated,
        seed: generated.seed + SEED_STEP * step,
        fills: [...fills, ...zeros],
        once: true,
        samples: 1,
      };
      const made = generateInputs(model, own);
      for (const [name, value] of Object.entries(made.tensors)) {
        if (!fed.has(name)) tensors[atStep(name, step + 1)] = value;
        else if (step === 0) tensors[name] = value;
      }
      if (step === 0) given = { ...given, source: made.source };
    }
  } else {
    for (const { name, dtype, dims } of modelInterface(model).inputs) {
      const value = given.tensors[name];
      if (fed.has(name)) {
        tensors[name] = value ?? firstState(name, dtype, dims);
        continue;
      }
      if (!value) continue;
      const perStep = dims !== null && value.dims.length === dims.length + 1;
      if (perStep && (value.dims[0] ?? 0) < steps) {
        throw new CongruentError({
          code: "E_STATE",
          what: `the array ${name} [${value.dims.join(", ")}] has ${value.dims[0]} steps`,
          expected: `${steps}, or the shape ${describeDims(dims)} for all of them`,
        });
      }
      for (const step of all) tensors[atStep(name, step + 1)] = perStep ? entry(value, step) : value;
    }
  }
  return {
    source: `${given.source}; ${steps} steps, ${state.map(({ output, input }) => `${output} → ${input}`).join(", ")}`,
    tensors,
    batching: { mode: "once" },
  };
}

function entry(value: Tensor, step: number): Tensor {
  const dims = value.dims.slice(1);
  const size = sizeOf(dims);
  return { dtype: value.dtype, dims, data: value.data.subarray(step * size, (step + 1) * size) } as Tensor;
}

function firstState(name: string, dtype: string, dims: readonly (number | string | null)[] | null): Tensor {
  if (dims?.every((dim) => typeof dim === "number")) return emptyTensor(dtype as DType, dims as number[]);
  throw new CongruentError({
    code: "E_STATE",
    what: `the first state ${name} was not given, and its shape ${describeDims(dims)} is not known`,
    fix: `add an array ${name} to the file`,
  });
}
