import type { LayerCases } from "../layer-cases.js";

/** Refused by the pooling layers' converter: ONNX Runtime computes it wrongly. */
const freeAndSparse = (
  { padding, poolSize = 2, strides = poolSize }: Readonly<Record<string, unknown>>,
  input: readonly (number | null)[],
) => {
  const [sizes, steps] = [[poolSize].flat(), [strides].flat()] as [number[], number[]];
  const sparse = [0, 1].some((axis) => (sizes[axis] ?? sizes[0] ?? 0) < (steps[axis] ?? steps[0] ?? 0));
  return padding === "same" && input.slice(1).includes(null) && sparse;
};

const pooling1d: LayerCases = {
  inputs: [[[null, 9, 2]], [[null, null, 2]]],
  options: { poolSize: [2, 3], strides: [undefined, 1, 4], padding: ["valid", "same"] },
  without: freeAndSparse,
};
const pooling2d: readonly LayerCases[] = [
  {
    inputs: [[[null, 7, 6, 2]], [[null, null, null, 2]]],
    options: {
      poolSize: [undefined, 3, [1, 4]],
      strides: [undefined, 1, [3, 2]],
      padding: ["valid", "same"],
    },
    without: freeAndSparse,
  },
  {
    inputs: [[[null, 2, 7, 6]], [[null, 2, null, null]]],
    options: {
      poolSize: [[3, 2]],
      strides: [undefined, 2],
      padding: ["valid", "same"],
      dataFormat: ["channelsFirst"],
    },
  },
];
const pooling3d: LayerCases = {
  inputs: [[[null, 5, 4, 6, 2]], [[null, null, null, null, 2]]],
  options: { poolSize: [undefined, [2, 3, 2]], strides: [undefined, 1], padding: ["valid", "same"] },
};
const global2d: LayerCases = {
  inputs: [[[null, 4, 5, 3]], [[null, null, null, 3]]],
  options: { dataFormat: ["channelsLast", "channelsFirst"] },
};
const global1d: LayerCases = { inputs: [[[null, 4, 3]], [[null, null, 3]]], options: {} };

export const poolingCases: Readonly<Record<string, LayerCases | readonly LayerCases[]>> = {
  AveragePooling1D: pooling1d,
  AveragePooling2D: pooling2d,
  AveragePooling3D: pooling3d,
  GlobalAveragePooling1D: global1d,
  GlobalAveragePooling2D: global2d,
  GlobalMaxPooling1D: global1d,
  GlobalMaxPooling2D: global2d,
  MaxPooling1D: pooling1d,
  MaxPooling2D: pooling2d,
  MaxPooling3D: pooling3d,
};
