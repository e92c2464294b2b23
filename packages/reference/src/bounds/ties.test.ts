/**
 * Rounding to integers: where the value is as near to a tie as its error, both sides are right; everywhere else one step too many is a fault.
 *
 * Oracle: quantized graphs computed here by their published formulas in float32, sums in an order that is drawn, with and without fused
 * multiplication and addition.
 */
import { type Tensor, tensor } from "@congruent/core";
import {
  type ModelProto,
  makeGraph,
  makeModel,
  makeNode,
  makeTensor,
  makeTensorValueInfo,
  type NodeProto,
  type TensorProto,
} from "@congruent/onnx";
import { seededNumbers } from "@congruent/onnx/testing";
import { describe, expect, it } from "@jest/globals";
import fc from "fast-check";
import { type Value, value } from "../value.js";
import { compareWithBound, interpretWithBounds } from "./index.js";

const f = Math.fround;
const ROWS = 3;
const WIDTH = 12;

/** How an honest runtime computes: any order of sums, with or without fused multiply-add, quotients by division or by a reciprocal. */
interface Habit {
  order: readonly number[];
  fused: boolean;
  reciprocal: boolean;
}

function evenly(x: number): number {
  const low = Math.floor(x);
  if (x - low !== 0.5) return Math.round(x);
  return low % 2 === 0 ? low : low + 1;
}

const clamp = (x: number, low: number, high: number) => Math.max(low, Math.min(high, x));

/** Values in float32 arrays, whatever their type. */
type Held = Record<string, Float32Array>;

interface Draft {
  nodes: NodeProto[];
  weights: TensorProto[];
  /** What the honest runtime does for each node. */
  steps: ((held: Held, habit: Habit) => void)[];
  /** Quantized values so far, all uint8 [ROWS, WIDTH], with their scale and zero point. */
  made: { name: string; scale: number; zero: number }[];
  next: () => number;
}

const scalar = (name: string, dtype: "float32" | "uint8", x: number) =>
  makeTensor(
    name,
    dtype === "float32" ? tensor(dtype, Float32Array.of(x), []) : tensor(dtype, Uint8Array.of(x), []),
  );

/** A quantized copy of a float value. */
function quantizeNode(draft: Draft, from: string, scale: number, zero: number): void {
  const name = `q${draft.made.length}`;
  draft.weights.push(scalar(`${name}s`, "float32", scale), scalar(`${name}z`, "uint8", zero));
  draft.nodes.push(makeNode("QuantizeLinear", [from, `${name}s`, `${name}z`], [name]));
  draft.steps.push((held, { reciprocal }) => {
    const inverse = f(1 / scale);
    held[name] = (held[from] as Float32Array).map((x) =>
      clamp(evenly(reciprocal ? f(x * inverse) : f(x / scale)) + zero, 0, 255),
    );
  });
  draft.made.push({ name, scale, zero });
}

/** A quantized value as floats. */
function dequantizeNode(draft: Draft, which: number): { name: string; scale: number } {
  const { name, scale, zero } = draft.made[
    draft.made.length - 1 - (which % draft.made.length)
  ] as Draft["made"][0];
  const to = `d${draft.nodes.length}`;
  draft.nodes.push(makeNode("DequantizeLinear", [name, `${name}s`, `${name}z`], [to]));
  draft.steps.push((held) => {
    held[to] = (held[name] as Float32Array).map((q) => f((q - zero) * scale));
  });
  return { name: to, scale };
}

/** Adds a block of one kind whose result is quantized again; half of all sums of two values lie at a tie. */
function extend(draft: Draft, [kind, first, second]: readonly [number, number, number]): void {
  const a = dequantizeNode(draft, first);
  const to = `f${draft.nodes.length}`;
  if (kind === 0) {
    const b = dequantizeNode(draft, second);
    draft.nodes.push(makeNode("Add", [a.name, b.name], [to]));
    draft.steps.push((held) => {
      held[to] = (held[a.name] as Float32Array).map((x, i) =>
        f(x + ((held[b.name] as Float32Array)[i] as number)),
      );
    });
    quantizeNode(draft, to, f(2 * Math.max(a.scale, b.scale)), 128);
    return;
  }
  if (kind === 1) {
    const w = Float32Array.from({ length: WIDTH * WIDTH }, () => f(Math.round(draft.next() * 8) * f(0.0371)));
    draft.weights.push(makeTensor(`${to}w`, tensor("float32", w, [WIDTH, WIDTH])));
    draft.nodes.push(makeNode("MatMul", [a.name, `${to}w`], [to]));
    draft.steps.push((held, { order, fused }) => {
      held[to] = Float32Array.from({ length: ROWS * WIDTH }, (_, i) => {
        const [row, column] = [Math.floor(i / WIDTH), i % WIDTH];
        return order.reduce((sum, k) => {
          const product =
            ((held[a.name] as Float32Array)[row * WIDTH + k] as number) * (w[k * WIDTH + column] as number);
          return f(sum + (fused ? product : f(product)));
        }, 0);
      });
    });
    quantizeNode(draft, to, f(a.scale * f(0.0371) * 16), 120);
    return;
  }
  if (kind === 2) {
    draft.nodes.push(makeNode("Relu", [a.name], [to]));
    draft.steps.push((held) => {
      held[to] = (held[a.name] as Float32Array).map((x) => Math.max(0, x));
    });
    quantizeNode(draft, to, f(a.scale * 2), 3);
    return;
  }
  draft.nodes.push(makeNode("ReduceMean", [a.name], [`${to}m`], { attributes: { axes: [1n] } }));
  const b = dequantizeNode(draft, second);
  draft.nodes.push(makeNode("Sub", [b.name, `${to}m`], [to]));
  draft.steps.push((held, { order }) => {
    held[to] = Float32Array.from({ length: ROWS * WIDTH }, (_, i) => {
      const row = Math.floor(i / WIDTH);
      const sum = order.reduce(
        (so, k) => f(so + ((held[a.name] as Float32Array)[row * WIDTH + k] as number)),
        0,
      );
      return f(((held[b.name] as Float32Array)[i] as number) - f(sum / WIDTH));
    });
  });
  quantizeNode(draft, to, f(b.scale * 2), 128);
}

function drafted(seed: number, kinds: readonly (readonly [number, number, number])[], scale: number): Draft {
  const draft: Draft = { nodes: [], weights: [], steps: [], made: [], next: seededNumbers(seed) };
  quantizeNode(draft, "x", scale, 128);
  for (const kind of kinds) extend(draft, kind);
  return draft;
}

function modelOf({ nodes, weights, made }: Draft): ModelProto {
  const graph = makeGraph(
    nodes,
    "quantized",
    [makeTensorValueInfo("x", "float32", [ROWS, WIDTH])],
    made.map(({ name }) => makeTensorValueInfo(name, "uint8", [ROWS, WIDTH])),
    weights,
  );
  return makeModel(graph, { opset: 13 });
}

const kinds = fc.array(fc.tuple(fc.nat(3), fc.nat(3), fc.nat(3)), { minLength: 1, maxLength: 6 });
const habits = fc.record({
  order: fc.shuffledSubarray(
    Array.from({ length: WIDTH }, (_, k) => k),
    { minLength: WIDTH },
  ),
  fused: fc.boolean(),
  reciprocal: fc.boolean(),
});

describe("quantized graphs", () => {
  it("never leave the bound when computed honestly, and are one step off nowhere else", () => {
    const count = { elements: 0, sure: 0, ties: 0 };
    fc.assert(
      fc.property(
        fc.nat(1e6),
        kinds,
        fc.double({ min: 0.003, max: 0.2, noNaN: true }),
        habits,
        (seed, chosen, size, habit) => {
          const draft = drafted(seed, chosen, f(size));
          const x = Float32Array.from({ length: ROWS * WIDTH }, () =>
            f(Math.round(draft.next() * 200) * 0.5 * f(size)),
          );
          const held: Held = { x };
          for (const step of draft.steps) step(held, habit);
          const { outputs, bounds } = interpretWithBounds(modelOf(draft), {
            x: tensor("float32", x, [ROWS, WIDTH]),
          });
          for (const { name } of draft.made) {
            const reference = outputs.get(name) as Value;
            const errors = bounds.get(name)?.errors ?? null;
            const seen = tensor("uint8", Uint8Array.from(held[name] as Float32Array), [ROWS, WIDTH]);
            expect(compareWithBound(seen, reference, errors)).toMatchObject({ within: true });
            for (let i = 0; i < seen.data.length; i++) {
              count.elements++;
              if (errors?.[i]) count.ties++;
              else count.sure += stepIsConvicted(seen, reference, errors, i) ? 1 : 0;
            }
          }
        },
      ),
      { seed: 14, numRuns: 1000 },
    );
    // The graphs are made so that many elements lie at ties; what does not is convicted one and all.
    expect(count.ties + count.sure).toBe(count.elements);
    expect(count.ties / count.elements).toBeGreaterThan(0.05);
    expect(count.sure / count.elements).toBeGreaterThan(0.25);
  });
});

function stepIsConvicted(seen: Tensor, reference: Value, errors: Float64Array | null, i: number): boolean {
  const wrong = Uint8Array.from(seen.data as Uint8Array);
  wrong[i] = (wrong[i] as number) === 255 ? 254 : (wrong[i] as number) + 1;
  return !compareWithBound({ ...seen, data: wrong } as Tensor, reference, errors).within;
}

/** One node on inputs with errors. */
function bounded(
  node: NodeProto,
  inputs: Record<string, Value>,
  errors: Record<string, number[]>,
  names: readonly string[] = ["y"],
) {
  const graph = makeGraph(
    [node],
    "g",
    Object.entries(inputs).map(([name, { dtype, dims }]) =>
      makeTensorValueInfo(name, dtype as "float32", [...dims]),
    ),
    names.map((name) => makeTensorValueInfo(name, "float32", [])),
  );
  const { bounds } = interpretWithBounds(makeModel(graph, { opset: 21 }), inputs, {
    inputErrors: Object.fromEntries(
      Object.entries(errors).map(([name, each]) => [name, Float64Array.from(each)]),
    ),
  });
  return names.map((name) => [...(bounds.get(name)?.errors ?? [])]);
}

const floats = (...x: number[]) => value("float32", Float64Array.from(x), [x.length]);
const bytes = (...x: number[]) => value("uint8", Uint8Array.from(x), [x.length]);
const single = (x: number) => value("float32", Float64Array.of(x), []);

describe("decisions behind errors", () => {
  it("QuantizeLinear: a step near a half, none elsewhere, none at the range's end, and none where nothing is rounded", () => {
    const node = () => makeNode("QuantizeLinear", ["x", "s", "z"], ["y"]);
    const inputs = { x: floats(0.35, 0.3, 99, 0.4), s: single(0.1), z: value("uint8", Uint8Array.of(0), []) };
    expect(bounded(node(), inputs, { x: [0.001, 0.001, 0.001, 0.06] })).toEqual([[1, 0, 0, 1]]);
    const exact = { ...inputs, x: floats(0.25, 0.75), s: single(0.5) };
    expect(bounded(node(), exact, {})).toEqual([[]]);
  });

  it("QuantizeLinear: the scale's error counts", () => {
    const node = makeNode("QuantizeLinear", ["x", "s", "z"], ["y"]);
    const inputs = { x: floats(10.2), s: single(0.1), z: value("uint8", Uint8Array.of(0), []) };
    expect(bounded(node, inputs, { s: [0.001] })).toEqual([[1]]);
  });

  it("an element of which nothing is known may be any number of the type", () => {
    const node = makeNode("QuantizeLinear", ["x", "s", "z"], ["y"]);
    const inputs = { x: floats(1), s: single(0.1), z: value("uint8", Uint8Array.of(100), []) };
    expect(bounded(node, inputs, { x: [Number.POSITIVE_INFINITY] })).toEqual([[145]]);
    const less = makeNode("Less", ["x", "s"], ["y"]);
    expect(bounded(less, { x: floats(1), s: single(0) }, { x: [Number.POSITIVE_INFINITY] })).toEqual([[1]]);
  });

  it("a quantized element near its type's end moves to the end, not around it", () => {
    const node = makeNode("DequantizeLinear", ["x", "s"], ["y"]);
    const [[error] = []] = bounded(node, { x: bytes(255), s: single(1) }, { x: [1] });
    expect(error).toBeGreaterThanOrEqual(1);
    expect(error).toBeLessThan(1.001);
  });

  it("integer products carry the steps of their inputs, with the other factor's size", () => {
    const node = makeNode("MatMulInteger", ["a", "b"], ["y"]);
    const [a, b] = [value("uint8", Uint8Array.of(3, 4), [1, 2]), value("uint8", Uint8Array.of(5, 7), [2, 1])];
    expect(bounded(node, { a, b }, { a: [1, 0] })).toEqual([[5]]);
    expect(bounded(node, { a, b }, { a: [0, 1], b: [0, 1] })).toEqual([[7 + 4 + 1]]);
  });

  it("QLinearMatMul: a step of an input times the weight, in steps of the result; near a half besides", () => {
    const node = makeNode("QLinearMatMul", ["a", "as", "az", "b", "bs", "bz", "ys", "yz"], ["y"]);
    const zero = value("uint8", Uint8Array.of(0), []);
    const inputs = {
      a: value("uint8", Uint8Array.of(3, 4), [1, 2]),
      ...{ as: single(0.1), az: zero },
      b: value("uint8", Uint8Array.of(5, 7, 1, 2), [2, 2]),
      ...{ bs: single(0.3), bz: zero, ys: single(0.06), yz: zero },
    };
    // (3 · 5 + 4 · 1) · 0.5 = 9.5, a tie; (3 · 7 + 4 · 2) · 0.5 = 14.5, another.
    expect(bounded(node, inputs, {})).toEqual([[1, 1]]);
    // Nearer than a step of 2.5 and 3.5 nothing is sure; 9.5 is rounded to 10, 14.5 to 14.
    expect(bounded(node, inputs, { a: [1, 0] })).toEqual([[3, 4]]);
  });

  it("DynamicQuantizeLinear: steps near a half alone", () => {
    const node = makeNode("DynamicQuantizeLinear", ["x"], ["y", "s", "z"]);
    const [steps] = bounded(
      node,
      { x: floats(0, 255, 10.2, 20.5, 30.49999) },
      { x: [0, 0, 1e-3, 1e-3, 1e-3] },
      ["y", "s", "z"],
    );
    expect(steps).toEqual([0, 0, 0, 1, 1]);
  });

  it("Cast to bool may be false where zero is within the error", () => {
    const node = makeNode("Cast", ["x"], ["y"], { attributes: { to: 9n } });
    expect(bounded(node, { x: floats(0.1, -0.3, 0.05) }, { x: [0.2, 0.2, 0] })).toEqual([[1, 0, 0]]);
  });

  it("Cast to float16 moves by steps where it may, and is exact elsewhere", () => {
    const node = makeNode("Cast", ["x"], ["y"], { attributes: { to: 10n } });
    const tie = 1 + 2 ** -11;
    expect(bounded(node, { x: floats(1, tie, 1.5) }, { x: [1e-7, 1e-7, 0] })).toEqual([[0, 2 ** -10, 0]]);
  });

  it("Equal, Hardmax, NonZero and Mod decide where the margin is within the errors, and are exact elsewhere", () => {
    const equal = makeNode("Equal", ["a", "b"], ["y"]);
    expect(bounded(equal, { a: floats(1, 2), b: floats(1.05, 3) }, { a: [0.1, 0.1] })).toEqual([[1, 0]]);
    const hardmax = () => makeNode("Hardmax", ["a"], ["y"], { attributes: { axis: 0n } });
    expect(bounded(hardmax(), { a: floats(1, 5, 4.9, 0) }, { a: [0, 0.06, 0.06, 0] })).toEqual([
      [0, 1, 1, 0],
    ]);
    expect(bounded(hardmax(), { a: floats(1, 5, 4.9, 0) }, { a: [0, 0.01, 0.01, 0] })).toEqual([[]]);
    const nonZero = () => makeNode("NonZero", ["a"], ["y"]);
    expect(bounded(nonZero(), { a: floats(1, 0, -2) }, { a: [0.1, 0, 0.1] })).toEqual([[]]);
    expect(bounded(nonZero(), { a: floats(0.1, 0, -2) }, { a: [0.1, 0, 0.1] })[0]).toContain(
      Number.POSITIVE_INFINITY,
    );
    const mod = makeNode("Mod", ["a", "b"], ["y"], { attributes: { fmod: 1n } });
    const [[near, far] = []] = bounded(mod, { a: floats(5.999, 5.5), b: floats(2, 2) }, { a: [0.01, 0.01] });
    expect(near).toBeGreaterThan(1.99);
    expect(far).toBeLessThan(0.011);
  });

  it("TopK: a value moves as those that may take its place, not as one that is far below", () => {
    const node = makeNode("TopK", ["a", "k"], ["y", "i"], { attributes: { axis: 0n } });
    const k = value("int64", BigInt64Array.of(1n), [1]);
    expect(bounded(node, { a: floats(9, 1, 2), k }, { a: [0.25, 3, 0.25] }, ["y", "i"])).toEqual([
      [0.25],
      [],
    ]);
    expect(bounded(node, { a: floats(9, 8.5, 2), k }, { a: [0.25, 0.5, 0] }, ["y", "i"])).toEqual([
      [0.25],
      [1],
    ]);
  });
});
