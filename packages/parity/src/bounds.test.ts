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
import { residualBlock } from "@congruent/onnx/testing";
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
import { KINDS, numbers, randomModel, WIDTH } from "./testing/random-model.js";

type Tensors = Record<string, Tensor>;

async function run(model: ModelProto, feeds: Tensors, optimization: "disabled" | "all"): Promise<Tensors> {
  const session = await load(encodeModel(model), { optimization });
  const outputs = await session.run(feeds);
  await session.close();
  return outputs;
}

/** Random graphs for each model of rounding; many more in the full tests. */
const RUNS = process.env.CONGRUENT_FULL === "1" ? 1000 : 30;
/** Two sessions and two interpretations for each graph. */
const TIME_LIMIT = 60_000 + RUNS * 600;

const steps = fc.array(fc.tuple(fc.nat(KINDS - 1), fc.nat(2), fc.nat(2)), { minLength: 1, maxLength: 12 });

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

/** After microsoft/onnxruntime#32132: sums of two values with one scale lie at a tie of the sum's scale, and are averaged. */
function quantizedSum(seed: number): ModelProto {
  const nodes: NodeProto[] = [];
  const weights: TensorProto[] = [];
  const wired = (from: string, scale: number): string => {
    const [s, z] = [`${from}/s`, `${from}/z`];
    weights.push(makeTensor(s, tensor("float32", Float32Array.of(scale), [])));
    weights.push(makeTensor(z, tensor("uint8", Uint8Array.of(128), [])));
    nodes.push(makeNode("QuantizeLinear", [from, s, z], [`${from}/q`]));
    nodes.push(makeNode("DequantizeLinear", [`${from}/q`, s, z], [`${from}/d`]));
    return `${from}/d`;
  };
  const scale = 0.0123 + 0.001 * seed;
  const [a, b] = [wired("a", scale), wired("b", scale)];
  nodes.push(makeNode("Add", [a, b], ["sum"]));
  const pooling = { attributes: { kernel_shape: [2n, 2n], strides: [2n, 2n] } };
  nodes.push(makeNode("AveragePool", [wired("sum", 2 * scale)], ["pooled"], pooling));
  const y = wired("pooled", 2 * scale);
  const input = (name: string) => makeTensorValueInfo(name, "float32", [2, 3, 8, 8]);
  const outputs = [makeTensorValueInfo(y, "float32", [2, 3, 4, 4])];
  return makeModel(makeGraph(nodes, "quantized", [input("a"), input("b")], outputs, weights), { opset: 13 });
}

it("holds quantized sums at ties, plain and fused, where most elements are exact", async () => {
  let [exact, all] = [0, 0];
  for (let seed = 0; seed < 10; seed++) {
    const model = quantizedSum(seed);
    const feeds = { a: numbers(seed, [2, 3, 8, 8], 1.5), b: numbers(seed + 50, [2, 3, 8, 8], 1.5) };
    expect(failed(await compareAll(model, feeds, "statistical"))).toEqual([]);
    const { bounds } = interpretWithBounds(model, feeds, { keep: ["sum/q"] });
    const errors = bounds.get("sum/q")?.errors ?? new Float64Array(2 * 3 * 8 * 8);
    all += errors.length;
    exact += errors.filter((each) => each === 0).length;
  }
  expect(exact / all).toBeGreaterThan(0.4);
  expect(exact).toBeLessThan(all);
});
