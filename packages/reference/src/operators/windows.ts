import type { Call, Kernel, Operators } from "../call.js";
import { convert } from "../convert.js";
import { valueDType } from "../from-proto.js";
import { allocate, isFloat, type Value, type ValueDType, value } from "../value.js";

/** a0 − a1 cos(2πn/N) + a2 cos(4πn/N), where N is the size, or one less where the window is not periodic. */
function cosines(a0: number, a1: number, a2 = 0): Kernel {
  return (call: Call): Value[] => {
    const size = call.numbers(0)[0] ?? 0;
    const period = call.int("periodic", 1) === 1 ? size : size - 1;
    const data = Float64Array.from({ length: size }, (_, n) => {
      const angle = (2 * Math.PI * n) / period;
      return a0 - a1 * Math.cos(angle) + a2 * Math.cos(2 * angle);
    });
    const dtype = valueDType(call.int("output_datatype", 1), "the window");
    return [declared(value("float64", data, [size]), dtype)];
  };
}

/** Computed values as the type that the node asks for: floats are not rounded. */
function declared(computed: Value, dtype: ValueDType): Value {
  return isFloat(dtype) ? { ...computed, dtype } : convert(computed, dtype);
}

/** Triangular filters from frequency bins to the mel scale. */
function melWeights(call: Call): Value[] {
  const [bands = 0, length = 0, rate = 0, low = 0, high = 0] = [0, 1, 2, 3, 4].map(
    (index) => call.numbers(index)[0] as number,
  );
  const toMel = (hertz: number) => 2595 * Math.log10(1 + hertz / 700);
  const bins = Math.floor(length / 2) + 1;
  const step = (toMel(high) - toMel(low)) / (bands + 2);
  const edges = Array.from({ length: bands + 2 }, (_, i) => {
    const hertz = 700 * (10 ** ((i * step + toMel(low)) / 2595) - 1);
    return Math.floor(((length + 1) * hertz) / rate);
  });
  const dtype = valueDType(call.int("output_datatype", 1), "the matrix");
  const data = allocate("float64", bins * bands);
  for (let band = 0; band < bands; band++) {
    const [left = 0, middle = 0, right = 0] = edges.slice(band, band + 3);
    if (left === middle) data[middle * bands + band] = 1;
    for (let bin = left; bin <= middle && left !== middle; bin++)
      data[bin * bands + band] = (bin - left) / (middle - left);
    for (let bin = middle; bin < right; bin++) data[bin * bands + band] = (right - bin) / (right - middle);
  }
  return [declared(value("float64", data, [bins, bands]), dtype)];
}

/** Weights of signal processing. */
export const windows: Operators = {
  // ONNX's rounding of the exact Blackman and Hamming coefficients.
  BlackmanWindow: { 17: cosines(0.42, 0.5, 0.08) },
  HammingWindow: { 17: cosines(25 / 46, 1 - 25 / 46) },
  HannWindow: { 17: cosines(0.5, 0.5) },
  MelWeightMatrix: { 17: melWeights },
};
