/** The reference's error bounds against ONNX Runtime: never exceeded, and not much wider than what runtimes really do. */
import { type Tensor, tensor } from "@congruent/core";
import {
  encodeModel,
  expose,
  innerValues,
  isolate,
  type ModelProto,
  makeGraph,
  makeModel,
  makeNode,
  makeTensor,
  makeTensorValueInfo,
  type NodeProto,
  type TensorProto,
} from "@congruent/onnx";
import { residualBlock, seededNumbers } from "@congruent/onnx/testing";
import {
  type BoundComparison,
  compareWithBound,
  interpretWithBounds,
  type RoundingModel,
  toTensor,
  type Value,
} from "@congruent/reference";
import { load } from "@congruent/runtime";
import { describe, expect, it } from "@jest/globals";
import fc from "fast-check";

type Tensors = Record<string, Tensor>;

async function run(model: ModelProto, feeds: Tensors, optimization: "disabled" | "all"): Promise<Tensors> {
  const session = await load(encodeModel(model), { optimization });
  const outputs = await session.run(feeds);
  await session.close();
  return outputs;
}

function numbers(seed: number, dims: number[], scale = 1): Tensor {
  const next = seededNumbers(seed);
  const size = dims.reduce((product, dim) => product * dim, 1);
  return tensor(
    "float32",
    Float32Array.from({ length: size }, () => next() * scale),
    dims,
  );
}

/** What a random graph is built from: a node on the newest values, with weights of its own. */
interface Draft {
  nodes: NodeProto[];
  weights: TensorProto[];
  /** All values so far, of one shape. */
  values: string[];
  seed: number;
}

const WIDTH = 24;
/** Random graphs for each model of rounding; many more in the full tests. */
const RUNS = process.env.CONGRUENT_FULL === "1" ? 1000 : 30;
/** Two sessions and two interpretations for each graph. */
const TIME_LIMIT = 60_000 + RUNS * 600;

/** Adds a node on one or two earlier values of the shape [rows, WIDTH]; the result has the same shape. */
function extend(draft: Draft, [kind, first, second]: readonly [number, number, number]): void {
  const { nodes, weights, values } = draft;
  const pick = (n: number) => values[values.length - 1 - (n % Math.min(3, values.length))] as string;
  const [a, b] = [pick(first), pick(second)];
  const y = `v${nodes.length}`;
  const weight = (dims: number[], scale: number) => {
    const name = `w${weights.length}`;
    weights.push(makeTensor(name, numbers(draft.seed * 1000 + weights.length, dims, scale)));
    return name;
  };
  const kinds = [
    () => [makeNode("MatMul", [a, weight([WIDTH, WIDTH], 0.4)], [y])],
    () => [
      makeNode("Gemm", [a, weight([WIDTH, WIDTH], 0.4), weight([WIDTH], 1)], [y], {
        attributes: { transB: 1n, alpha: -0.5 },
      }),
    ],
    () => [makeNode("Add", [a, b], [y])],
    () => [makeNode("Mul", [a, b], [y])],
    () => [makeNode("Sub", [a, weight([WIDTH], 1)], [y])],
    () => [makeNode("Sigmoid", [a], [y])],
    () => [makeNode("Tanh", [a], [y])],
    () => [makeNode("Relu", [a], [y])],
    () => [makeNode("Softmax", [a], [y], { attributes: { axis: -1n } })],
    () => [makeNode("LeakyRelu", [a], [y])],
    () => [
      makeNode("ReduceMean", [a], [`${y}m`], { attributes: { axes: [1n] } }),
      makeNode("Sub", [a, `${y}m`], [y]),
    ],
    () => [
      makeNode("ReduceMax", [a], [`${y}m`], { attributes: { axes: [1n] } }),
      makeNode("Min", [a, `${y}m`], [y]),
    ],
    () => [makeNode("Sigmoid", [b], [`${y}s`]), makeNode("Div", [a, `${y}s`], [y])],
    () => [makeNode("LayerNormalization", [a, weight([WIDTH], 1), weight([WIDTH], 1)], [y])],
    () => [makeNode("Erf", [a], [y])],
    () => [makeNode("Tanh", [a], [`${y}t`]), makeNode("Exp", [`${y}t`], [y])],
    () => [makeNode("Softplus", [a], [`${y}p`]), makeNode("Sqrt", [`${y}p`], [y])],
    () => [makeNode("Softplus", [a], [`${y}p`]), makeNode("Log", [`${y}p`], [y])],
    () => [
      makeNode("ReduceSumSquare", [a], [`${y}q`], { attributes: { axes: [1n] } }),
      makeNode("Add", [`${y}q`, b], [y]),
    ],
    () => [
      makeNode("Abs", [a], [`${y}a`]),
      makeNode("ReduceL2", [`${y}a`], [`${y}l`], { attributes: { axes: [1n] } }),
      makeNode("Sub", [b, `${y}l`], [y]),
    ],
  ];
  nodes.push(...(kinds[kind % kinds.length] as () => NodeProto[])());
  values.push(y);
}

function randomModel(seed: number, steps: readonly (readonly [number, number, number])[]): ModelProto {
  const draft: Draft = { nodes: [], weights: [], values: ["x"], seed };
  for (const step of steps) extend(draft, step);
  const last = draft.values.at(-1) as string;
  return makeModel(
    makeGraph(
      draft.nodes,
      "random",
      [makeTensorValueInfo("x", "float32", ["rows", WIDTH])],
      [makeTensorValueInfo(last, "float32", ["rows", WIDTH])],
      draft.weights,
    ),
  );
}

const steps = fc.array(fc.tuple(fc.nat(19), fc.nat(2), fc.nat(2)), { minLength: 1, maxLength: 12 });

/** Every value of the model as ONNX Runtime computes it, and the outputs of the optimized model, against the bounds. */
async function compareAll(
  model: ModelProto,
  feeds: Tensors,
  rounding: RoundingModel,
): Promise<Record<string, BoundComparison>> {
  const { values, outputs, bounds } = interpretWithBounds(model, feeds, { keep: "all", model: rounding });
  const plain = await run(expose(model, innerValues(model)), feeds, "disabled");
  const optimized = await run(model, feeds, "all");
  const held = ([name, seen]: [string, Tensor]) =>
    compareWithBound(
      seen,
      (values.get(name) ?? outputs.get(name)) as Value,
      bounds.get(name)?.errors ?? null,
    );
  return {
    ...Object.fromEntries(Object.entries(plain).map((entry) => [entry[0], held(entry)])),
    ...Object.fromEntries(Object.entries(optimized).map((entry) => [`${entry[0]}, optimized`, held(entry)])),
  };
}

const failed = (results: Record<string, BoundComparison>) =>
  Object.entries(results)
    .filter(([, { within }]) => !within)
    .map(([name, { reason }]) => `${name}: ${reason}`);

describe.each<RoundingModel>(["statistical", "worst"])("the %s bound", (rounding) => {
  it(
    "holds what ONNX Runtime computes in random graphs, plain and optimized",
    async () => {
      await fc.assert(
        fc.asyncProperty(fc.nat(1000), steps, fc.constantFrom(0.01, 1, 30), async (seed, choice, scale) => {
          const model = randomModel(seed, choice);
          expect(failed(await compareAll(model, { x: numbers(seed, [5, WIDTH], scale) }, rounding))).toEqual(
            [],
          );
        }),
        { seed: 5, numRuns: RUNS },
      );
    },
    TIME_LIMIT,
  );

  it("holds a convolutional block", async () => {
    for (let seed = 0; seed < 4; seed++) {
      const feeds = { x: numbers(seed, [3, 8, 8, 3], 10 ** (seed % 4)) };
      expect(failed(await compareAll(residualBlock(seed), feeds, rounding))).toEqual([]);
    }
  });
});

it("bounds a node by itself on inputs without errors, as isolate gives them", async () => {
  const model = residualBlock(3);
  const feeds = { x: numbers(3, [3, 8, 8, 3]) };
  // The values that every node is fed with: the reference's, rounded to float32.
  const { values } = interpretWithBounds(model, feeds, { keep: "all" });
  const { model: apart, given } = isolate(model);
  const inner = Object.entries(given).map(([input, value]) => [input, toTensor(values.get(value) as Value)]);
  const all = { ...feeds, ...(Object.fromEntries(inner) as Tensors) };
  const results = await compareAll(apart, all, "statistical");
  expect(failed(results)).toEqual([]);
  // One rounding of one node is not lost in the bound.
  expect(Math.max(...Object.values(results).map(({ ratio }) => ratio))).toBeGreaterThan(0.01);
});

it("is tight: what ONNX Runtime does uses up more than a thousandth of the statistical bound in most graphs", async () => {
  const ratios: number[] = [];
  for (const [index, choice] of fc.sample(steps, { seed: 6, numRuns: 60 }).entries()) {
    const results = await compareAll(
      randomModel(index, choice),
      { x: numbers(index, [5, WIDTH]) },
      "statistical",
    );
    ratios.push(
      Math.max(
        ...Object.entries(results).flatMap(([name, { ratio }]) =>
          name.endsWith("optimized") ? [ratio] : [],
        ),
      ),
    );
  }
  const sorted = ratios.filter((ratio) => ratio > 0).sort((a, b) => a - b);
  expect(sorted.length).toBeGreaterThan(40);
  expect(sorted[Math.floor(sorted.length / 2)]).toBeGreaterThan(1e-3);
  expect(sorted[Math.floor(sorted.length / 10)]).toBeGreaterThan(1e-4);
});
