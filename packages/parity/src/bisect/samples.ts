/** The few samples on which a runtime is most wrong: a bisect of thousands would find no more. */
import { rows, sizeOf, type Tensor } from "@congruent/core";
import { type ModelProto, modelInterface } from "@congruent/onnx";
import type { Tensors } from "../runner.js";
import { type Agreement, type Oracle, valuesOf } from "./oracle.js";
import type { PartRunner } from "./part-runner.js";

/**
 * How many samples the inputs hold: the size of their first axis, if all inputs have the same one and the model leaves it open. Null
 * otherwise.
 */
export function samplesIn(model: ModelProto, inputs: Tensors): number | null {
  const counts = new Set(
    modelInterface(model).inputs.map(({ name, dims }) => {
      const first = dims?.[0];
      return typeof first === "number" || first === undefined ? null : (inputs[name]?.dims[0] ?? null);
    }),
  );
  const [count = null] = counts;
  return counts.size === 1 ? count : null;
}

/** The rows of some samples of every input. */
export function pickSamples(inputs: Tensors, samples: readonly number[]): Tensors {
  return Object.fromEntries(Object.entries(inputs).map(([name, input]) => [name, pickRows(input, samples)]));
}

function pickRows(source: Tensor, samples: readonly number[]): Tensor {
  const stride = sizeOf(source.dims.slice(1));
  const Data = source.data.constructor as new (length: number) => Tensor["data"];
  const data = new Data(stride * samples.length);
  samples.forEach((sample, index) => {
    (data as { set(from: unknown, at: number): void }).set(
      rows(source, sample, sample + 1).data,
      index * stride,
    );
  });
  return { ...source, data, dims: [samples.length, ...source.dims.slice(1)] } as Tensor;
}

/**
 * The samples whose outputs have the largest relative errors, worst first; the first samples where the runtime breaks.
 *
 * @param count how many the inputs hold
 */
export async function worstSamples(
  partRunner: PartRunner,
  oracle: Oracle,
  model: ModelProto,
  inputs: Tensors,
  count: number,
  most: number,
): Promise<number[]> {
  const all = Array.from({ length: count }, (_, sample) => sample);
  if (count <= most) return all;
  const ran = await partRunner.attempt(model, inputs);
  if (ran.broken) return all.slice(0, most);
  const names = modelInterface(model).outputs.map(({ name }) => name);
  const errors = new Float64Array(count);
  for (const [name, value] of await valuesOf(oracle, model, inputs, names, { bounds: false })) {
    const observed = ran.outputs[name];
    if (!observed || value.dims[0] !== count) continue;
    const stride = sizeOf(value.dims.slice(1));
    const found = all.map((sample) => value.judge(observed, sample * stride, (sample + 1) * stride));
    const scale = Math.max(...found.map(({ expected }) => Math.abs(expected ?? 0)), Number.MIN_VALUE);
    for (const sample of all) {
      const { maxAbs } = found[sample] as Agreement;
      errors[sample] = Math.max(errors[sample] as number, (maxAbs ?? Number.POSITIVE_INFINITY) / scale);
    }
  }
  return all.toSorted((a, b) => (errors[b] as number) - (errors[a] as number)).slice(0, most);
}
