import { create } from "@bufbuild/protobuf";
import { makeNode, TensorProto_DataType as T, TensorProtoSchema } from "@congruent/onnx";
import type { Format } from "../format.js";
import { bestBlock, packed, quantized } from "../packing/blocks.js";
import { matrixView } from "../packing/matrix-view.js";
import { packWeights } from "../weights-format.js";

/** DequantizeLinear with blocks and 4-bit integers are of opset 21. ONNX Runtime makes a MatMulNBits of it and the MatMul behind it. */
export const int4Weights: Format = {
  title: "stores weights in blocks of 4-bit integers",
  takes: "weights of MatMul, Gemm, Conv or Gather",
  opset: 21,
  pass: (options, tally) =>
    packWeights(
      ({ name, value, readers }, scope, additions, { block }) => {
        const views = readers.map((reader) => matrixView(reader, name, value.dims, scope));
        const [view] = views;
        const said = views.every((each) => each?.summed === view?.summed);
        if (!view || !said)
          return `its weight ${name} is no matrix that all of its readers multiply by in one way`;
        if (!value.data.every(Number.isFinite)) return `its weight ${name} is infinite`;
        const { dims, summed } = view;
        const made = inBlocks(value.data, dims, summed, block);
        const small = (what: string, size: readonly number[], numbers: Uint8Array) =>
          additions.addProto(`${name}/${what}`, (own) =>
            create(TensorProtoSchema, {
              name: own,
              dataType: T.UINT4,
              dims: size.map(BigInt),
              rawData: packed(numbers),
            }),
          );
        const inputs = [
          small("uint4", dims, made.numbers),
          additions.float(`${name}/scale`, made.scales, made.dims),
          small("zero", made.dims, made.zeros),
        ];
        const same = value.dims.length === 2;
        const flat = same ? name : additions.fresh(`${name}/flat`);
        const attributes = { axis: BigInt(summed), block_size: BigInt(block) };
        const unpacked = makeNode("DequantizeLinear", inputs, [flat], {
          name: `${name}/dequantized`,
          attributes,
        });
        if (same) return [unpacked];
        const data = BigInt64Array.from(value.dims, BigInt);
        const shape = additions.once(`shape ${value.dims}`, () =>
          additions.add(`${name}/shape`, { dtype: "int64", dims: [data.length], data }),
        );
        return [unpacked, makeNode("Reshape", [flat, shape], [name], { name: `${name}/reshaped` })];
      },
      options,
      tally,
    ),
};

/** A matrix in blocks along one of its axes. */
function inBlocks(
  data: Float64Array,
  [rows, columns]: readonly [number, number],
  axis: 0 | 1,
  block: number,
) {
  const [length, lines] = axis === 0 ? [rows, columns] : [columns, rows];
  const [step, next] = axis === 0 ? [columns, 1] : [1, columns];
  const perLine = Math.ceil(length / block);
  const dims = axis === 0 ? [perLine, lines] : [lines, perLine];
  const numbers = new Uint8Array(data.length);
  const scales = new Float64Array(perLine * lines);
  const zeros = new Uint8Array(perLine * lines);
  for (let line = 0; line < lines; line++) {
    for (let at = 0; at < perLine; at++) {
      const from = at * block;
      const size = Math.min(block, length - from);
      const place = (i: number) => line * next + (from + i) * step;
      const values = Float64Array.from({ length: size }, (_, i) => data[place(i)] as number);
      const { scale, zero } = bestBlock(values);
      const own = axis === 0 ? at * lines + line : line * perLine + at;
      scales[own] = scale;
      zeros[own] = zero;
      values.forEach((x, i) => {
        numbers[place(i)] = quantized(x, scale, zero);
      });
    }
  }
  return { numbers, scales, zeros, dims };
}
