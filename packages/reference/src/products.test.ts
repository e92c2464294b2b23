/** Products of matrices and convolutions against their definitions, one sum at a time, to the last bit. */
import { sizeOf } from "@congruent/core";
import { makeNode } from "@congruent/onnx";
import { describe, expect, it } from "@jest/globals";
import fc from "fast-check";
import { runNode } from "./interpret.js";
import { matrixProduct } from "./matrix-product.js";
import { type Value, value } from "./value.js";

const seed = 20_261_130;

/** Numbers whose sums depend on the order of the terms, some of them not finite. */
function numbers(count: number, start: number, special: boolean): Float64Array {
  let state = start >>> 0;
  return Float64Array.from({ length: count }, () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    if (special && state % 31 === 0) return [Number.NaN, Number.POSITIVE_INFINITY, -0][state % 3] as number;
    return (state / 2 ** 32 - 0.5) * 2 ** (state % 13);
  });
}

const floats = (dims: readonly number[], start: number, special = false): Value =>
  value("float32", numbers(sizeOf(dims), start, special), dims);

/** Small sizes, and those around the sizes of blocks. */
const size = fc.oneof(fc.integer({ min: 1, max: 9 }), fc.constantFrom(63, 65, 130, 255, 256, 257, 300));

describe("a product of matrices", () => {
  it("adds the terms of each sum from the first to the last", () => {
    const sizes = fc.record({ m: size, k: size, n: size, special: fc.boolean(), start: fc.nat() });
    fc.assert(
      fc.property(sizes, ({ m, k, n, special, start }) => {
        const [a, b] = [floats([m, k], start, special), floats([k, n], start + 1, special)];
        const got = matrixProduct(a, b) as Value;
        const wanted = new Float64Array(m * n);
        for (let i = 0; i < m; i++) {
          for (let j = 0; j < n; j++) {
            let sum = 0;
            for (let l = 0; l < k; l++) sum += (a.data[i * k + l] as number) * (b.data[l * n + j] as number);
            wanted[i * n + j] = sum;
          }
        }
        expect(got.dims).toEqual([m, n]);
        expect(got.data).toEqual(wanted);
      }),
      { seed, numRuns: 60 },
    );
  });

  it("takes either factor transposed, by Gemm", () => {
    const sizes = fc.record({
      m: size,
      k: size,
      n: size,
      transA: fc.boolean(),
      transB: fc.boolean(),
      start: fc.nat(),
    });
    fc.assert(
      fc.property(sizes, ({ m, k, n, transA, transB, start }) => {
        const [a, b] = [floats(transA ? [k, m] : [m, k], start), floats(transB ? [n, k] : [k, n], start + 1)];
        const node = makeNode("Gemm", ["a", "b"], ["y"], {
          attributes: { transA: BigInt(transA), transB: BigInt(transB) },
        });
        const [got] = runNode(node, [a, b], { "": 17 }) as [Value];
        const wanted = new Float64Array(m * n);
        for (let i = 0; i < m; i++) {
          for (let j = 0; j < n; j++) {
            let sum = 0;
            for (let l = 0; l < k; l++) {
              const factor = a.data[transA ? l * m + i : i * k + l] as number;
              sum += factor * (b.data[transB ? j * k + l : l * n + j] as number);
            }
            wanted[i * n + j] = sum;
          }
        }
        expect(got.dims).toEqual([m, n]);
        expect(got.data).toEqual(wanted);
      }),
      { seed, numRuns: 60 },
    );
  });

  it("repeats either factor over leading axes, as numpy does", () => {
    const leading = fc.constantFrom<[number[], number[]]>(
      [[2, 3], []],
      [[], [2, 3]],
      [[2, 1], [3]],
      [
        [2, 3],
        [1, 1],
      ],
      [
        [1, 3],
        [2, 3],
      ],
      [[0], [1]],
    );
    fc.assert(
      fc.property(leading, fc.integer({ min: 1, max: 6 }), fc.nat(), ([left, right], m, start) => {
        const [a, b] = [floats([...left, m, 5], start), floats([...right, 5, 6], start + 1)];
        const got = matrixProduct(a, b) as Value;
        const batch =
          left.length === 0 ? right : left.map((dim, i) => Math.max(dim, right.at(i - left.length) ?? 1));
        const lead = left.includes(0) ? left : batch;
        expect(got.dims).toEqual([...lead, m, 6]);
        const at = (x: Value, place: readonly number[]) => {
          const own = place.slice(place.length - x.dims.length);
          return own.reduce((so, index, axis) => {
            const dim = x.dims[axis] as number;
            return so * dim + (dim === 1 ? 0 : index);
          }, 0);
        };
        for (let e = 0; e < got.data.length; e++) {
          const [j, i, rest] = [e % 6, Math.floor(e / 6) % m, Math.floor(e / 6 / m)];
          const last = lead.at(-1) ?? 1;
          const place = lead.length === 2 ? [Math.floor(rest / last), rest % last] : lead.map(() => rest);
          let sum = 0;
          for (let l = 0; l < 5; l++) {
            sum += (a.data[at(a, [...place, i, l])] as number) * (b.data[at(b, [...place, l, j])] as number);
          }
          expect(got.data[e]).toBe(sum);
        }
      }),
      { seed, numRuns: 60 },
    );
  });
});

interface Axis {
  size: number;
  kernel: number;
  stride: number;
  dilation: number;
  begin: number;
  end: number;
}

const axis = fc
  .record<Axis>({
    size: fc.integer({ min: 1, max: 9 }),
    kernel: fc.integer({ min: 1, max: 3 }),
    stride: fc.integer({ min: 1, max: 3 }),
    dilation: fc.integer({ min: 1, max: 2 }),
    begin: fc.integer({ min: -1, max: 2 }),
    end: fc.integer({ min: -1, max: 2 }),
  })
  .filter((a) => (a.kernel - 1) * a.dilation + 1 <= a.size + a.begin + a.end);

describe("a convolution", () => {
  it("is what its definition says, in 1 to 3 dimensions, in groups, strided, dilated, padded and cut", () => {
    const given = fc.record({
      axes: fc.array(axis, { minLength: 1, maxLength: 3 }),
      batch: fc.integer({ min: 1, max: 2 }),
      groups: fc.integer({ min: 1, max: 3 }),
      channels: fc.integer({ min: 1, max: 3 }),
      filters: fc.integer({ min: 1, max: 6 }),
      biased: fc.boolean(),
      special: fc.boolean(),
      start: fc.nat(),
    });
    fc.assert(
      fc.property(given, ({ axes, batch, groups, channels, filters, biased, special, start }) => {
        const kernel = axes.map((a) => a.kernel);
        const spatial = axes.map((a) => a.size);
        const x = floats([batch, channels * groups, ...spatial], start, special);
        const w = floats([filters * groups, channels, ...kernel], start + 1, special);
        const b = biased ? floats([filters * groups], start + 2) : undefined;
        const node = makeNode("Conv", ["x", "w", b ? "b" : ""], ["y"], {
          attributes: {
            group: BigInt(groups),
            strides: axes.map((a) => BigInt(a.stride)),
            dilations: axes.map((a) => BigInt(a.dilation)),
            pads: [...axes.map((a) => BigInt(a.begin)), ...axes.map((a) => BigInt(a.end))],
          },
        });
        const [y] = runNode(node, [x, w, b], { "": 17 }) as [Value];
        const out = axes.map(
          (a) => Math.floor((a.size + a.begin + a.end - (a.kernel - 1) * a.dilation - 1) / a.stride) + 1,
        );
        expect(y.dims).toEqual([batch, filters * groups, ...out]);
        const wanted = new Float64Array(y.data.length);
        const indices = (at: number, dims: readonly number[]) => {
          let rest = at;
          return dims
            .toReversed()
            .map((dim) => {
              const index = rest % dim;
              rest = Math.floor(rest / dim);
              return index;
            })
            .toReversed();
        };
        const windowSize = sizeOf(kernel);
        for (let e = 0; e < wanted.length; e++) {
          const [n = 0, m = 0, ...place] = indices(e, y.dims);
          let sum = b ? (b.data[m] as number) : 0;
          for (let c = 0; c < channels; c++) {
            const channel = Math.floor(m / filters) * channels + c;
            for (let t = 0; t < windowSize; t++) {
              const tap = indices(t, kernel);
              const from = axes.map(
                (a, i) => (place[i] as number) * a.stride - a.begin + (tap[i] as number) * a.dilation,
              );
              if (from.some((at, i) => at < 0 || at >= (spatial[i] as number))) continue;
              const at = from.reduce(
                (so, index, i) => so * (spatial[i] as number) + index,
                n * channels * groups + channel,
              );
              sum += (w.data[(m * channels + c) * windowSize + t] as number) * (x.data[at] as number);
            }
          }
          wanted[e] = sum;
        }
        expect(y.data).toEqual(wanted);
      }),
      { seed, numRuns: 300 },
    );
  });
});
