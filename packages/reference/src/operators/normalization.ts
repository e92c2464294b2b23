import type { Call, Operators } from "../call.js";
import { splitAtAxis } from "../shapes.js";
import { allocate, type FloatValue, type Value } from "../value.js";

/** Inference: mean and variance come as inputs. Outputs of old files' training mode are not computed. */
function batchInference(call: Call): Value[] {
  const x = call.floats(0);
  const [scale, bias, mean, variance] = [1, 2, 3, 4].map(
    (index) => call.floats(index).data,
  ) as Float64Array[];
  return [normalized(call, x, { scale, bias, mean, variance } as Statistics)];
}

interface Statistics {
  scale: Float64Array;
  bias: Float64Array;
  mean: Float64Array;
  variance: Float64Array;
}

function normalized(call: Call, x: FloatValue, { scale, bias, mean, variance }: Statistics): Value {
  const epsilon = call.float("epsilon", 1e-5);
  const { outer, size, inner } = splitAtAxis(x.dims, 1);
  const data = allocate("float64", x.data.length);
  for (let plane = 0; plane < outer * size; plane++) {
    const c = plane % size;
    const factor = (scale[c] as number) / Math.sqrt((variance[c] as number) + epsilon);
    const [middle, shift] = [mean[c] as number, bias[c] as number];
    const end = (plane + 1) * inner;
    for (let i = plane * inner; i < end; i++) data[i] = ((x.data[i] as number) - middle) * factor + shift;
  }
  return { ...x, data };
}

/** Since opset 14 training is an attribute: the batch's own statistics are used, and the running ones given back. */
function batch(call: Call): Value[] {
  if (call.int("training_mode", 0) === 0) return batchInference(call);
  const x = call.floats(0);
  const momentum = call.float("momentum", 0.9);
  const [scale, bias, runningMean, runningVariance] = [1, 2, 3, 4].map((index) => call.floats(index)) as [
    FloatValue,
    FloatValue,
    FloatValue,
    FloatValue,
  ];
  const { mean, variance } = channelStatistics(x);
  const mixed = (running: FloatValue, now: Float64Array): Value => ({
    ...running,
    data: running.data.map((each, c) => each * momentum + (now[c] as number) * (1 - momentum)),
  });
  const y = normalized(call, x, { scale: scale.data, bias: bias.data, mean, variance });
  return [y, mixed(runningMean, mean), mixed(runningVariance, variance)];
}

/** Mean and population variance of every channel. */
function channelStatistics(x: FloatValue) {
  const { outer, size, inner } = splitAtAxis(x.dims, 1);
  const [mean, variance] = [new Float64Array(size), new Float64Array(size)];
  const count = outer * inner;
  const add = (to: Float64Array, of: (each: number, c: number) => number) => {
    for (let plane = 0; plane < outer * size; plane++) {
      const c = plane % size;
      for (let i = plane * inner; i < (plane + 1) * inner; i++) {
        to[c] = (to[c] as number) + of(x.data[i] as number, c) / count;
      }
    }
  };
  add(mean, (each) => each);
  add(variance, (each, c) => (each - (mean[c] as number)) ** 2);
  return { mean, variance };
}

/** Every channel of every sample by its own mean and variance. */
function instance(call: Call): Value[] {
  const x = call.floats(0);
  const [samples = 1, channels = 1] = x.dims;
  const [scale, bias] = [call.floats(1).data, call.floats(2).data];
  const group = { size: x.data.length / (samples * channels), epsilon: call.float("epsilon", 1e-5) };
  const data = standardized(x.data, group);
  for (let i = 0; i < data.length; i++) {
    const c = Math.floor(i / group.size) % channels;
    data[i] = (data[i] as number) * (scale[c] as number) + (bias[c] as number);
  }
  return [{ ...x, data }];
}

/** (x − mean) / √(variance + epsilon) of every `size` neighbors. */
export function standardized(
  x: Float64Array,
  { size, epsilon }: { size: number; epsilon: number },
  note?: (group: number, mean: number, inverse: number) => void,
): Float64Array {
  const data = allocate("float64", x.length);
  for (let begin = 0; begin < x.length; begin += size) {
    let sum = 0;
    for (let i = begin; i < begin + size; i++) sum += x[i] as number;
    const mean = sum / size;
    let squares = 0;
    for (let i = begin; i < begin + size; i++) squares += ((x[i] as number) - mean) ** 2;
    const inverse = 1 / Math.sqrt(squares / size + epsilon);
    for (let i = begin; i < begin + size; i++) data[i] = ((x[i] as number) - mean) * inverse;
    note?.(begin / size, mean, inverse);
  }
  return data;
}

export const normalization: Operators = {
  BatchNormalization: { 7: batchInference, 14: batch },
  InstanceNormalization: { 6: instance },
};
