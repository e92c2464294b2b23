import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { float16ToBits, type Tensor, tensor } from "@congruent/core";
import { againstReportSchema, type Budget } from "@congruent/core/schemas";
import { timeLimits } from "@congruent/core/testing";
import {
  encodeModel,
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
import { afterAll, beforeAll, describe, expect, it, jest } from "@jest/globals";
import fc from "fast-check";
import { soundRunner } from "../bisect/testing/index.js";
import { sampleCount } from "../runner.js";
import { overBudget, parseBudget } from "./budget.js";
import { decide } from "./decide.js";
import { qualityOf } from "./quality.js";
import { runAgainst } from "./run-against.js";

jest.setTimeout(timeLimits.training);

let directory: string;
beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), "compressed-"));
});
afterAll(() => rm(directory, { recursive: true }));

const WIDTH = 8;
const LAYERS = 4;
const floats = (data: Iterable<number>, dims: number[]) => tensor("float32", Float32Array.from(data), dims);

function weights(): Tensor<"float32">[] {
  const next = seededNumbers(5);
  return Array.from({ length: LAYERS }, () => {
    const data = Array.from({ length: WIDTH * WIDTH }, () => next());
    return floats(data, [WIDTH, WIDTH]) as Tensor<"float32">;
  });
}

type Part = { nodes: NodeProto[]; weights: TensorProto[] };

function modelOf(
  layer: (at: number, input: string, output: string, weight: Tensor<"float32">) => Part,
): ModelProto {
  const parts = weights().map((weight, at) => {
    const made = layer(at, at === 0 ? "x" : `h${at - 1}`, `m${at}`, weight);
    const act = makeNode(
      at === LAYERS - 1 ? "Softmax" : "Tanh",
      [`m${at}`],
      [at === LAYERS - 1 ? "y" : `h${at}`],
      { name: `act${at}` },
    );
    return { nodes: [...made.nodes, act], weights: made.weights };
  });
  const value = (name: string) => makeTensorValueInfo(name, "float32", ["n", WIDTH]);
  const graph = makeGraph(
    parts.flatMap(({ nodes }) => nodes),
    "net",
    [value("x")],
    [value("y")],
    parts.flatMap((part) => part.weights),
  );
  return makeModel(graph, { opset: 17 });
}

const plain = () =>
  modelOf((at, input, output, weight) => ({
    nodes: [makeNode("MatMul", [input, `w${at}`], [output], { name: `mm${at}` })],
    weights: [makeTensor(`w${at}`, weight)],
  }));

/** 8-bit weights and activations, as QuantizeLinear and DequantizeLinear; the scale of the activations of `bad` layers is far too large. */
const quantized = (bad: readonly number[]) =>
  modelOf((at, input, output, weight) => {
    const scale = Math.max(...weight.data.map(Math.abs)) / 127;
    const ints = Int8Array.from(weight.data, (w) => Math.round(w / scale));
    const own = (what: string) => `${what}${at}`;
    const scalar = (name: string, value: number) => makeTensor(name, floats([value], []));
    return {
      nodes: [
        makeNode("QuantizeLinear", [input, own("s"), own("z")], [own("q")], { name: own("quantize") }),
        makeNode("DequantizeLinear", [own("q"), own("s"), own("z")], [own("d")], { name: own("dequantize") }),
        makeNode("DequantizeLinear", [own("wq"), own("ws"), own("z")], [own("wd")], { name: own("weight") }),
        makeNode("MatMul", [own("d"), own("wd")], [output], { name: own("mm") }),
      ],
      weights: [
        makeTensor(own("wq"), tensor("int8", ints, [WIDTH, WIDTH])),
        scalar(own("s"), (at === 0 ? 3 : 1) / (bad.includes(at) ? 3 : 127)),
        scalar(own("ws"), scale),
        makeTensor(own("z"), tensor("int8", Int8Array.of(0), [])),
      ],
    };
  });

/** Products in half precision between Casts; those of `bad` layers are scaled up by 4096 and down again, where half precision ends. */
const halved = (bad: readonly number[]) =>
  modelOf((at, input, output, weight) => {
    const own = (what: string) => `${what}${at}`;
    const half = Uint16Array.from(weight.data, (w) =>
      float16ToBits(bad.includes(at) ? Math.round(w * 4) / 4 : w),
    );
    return {
      nodes: [
        makeNode("Cast", [input], [own("x16")], { name: own("narrow"), attributes: { to: 10n } }),
        makeNode("MatMul", [own("x16"), own("w16")], [own("m16")], { name: own("mm") }),
        makeNode("Cast", [own("m16")], [output], { name: own("widen"), attributes: { to: 1n } }),
      ],
      weights: [makeTensor(own("w16"), tensor("float16", half, [WIDTH, WIDTH]))],
    };
  });

const SAMPLES = 30;
const inputs = () => {
  const next = seededNumbers(9);
  return {
    source: "seeded",
    tensors: {
      x: floats(
        Array.from({ length: SAMPLES * WIDTH }, () => 2 * next()),
        [SAMPLES, WIDTH],
      ),
    },
  };
};

const runner = {
  ...soundRunner,
  run: async (job: Parameters<typeof soundRunner.run>[0]) => ({
    ...(await soundRunner.run(job)),
    samples: sampleCount(job.inputs, job.batching),
    seconds: 1,
  }),
};

async function against(second: ModelProto, budget?: Budget, precision = false) {
  const [modelPath, againstPath] = [join(directory, "first.onnx"), join(directory, "second.onnx")];
  await writeFile(modelPath, encodeModel(plain()));
  await writeFile(againstPath, encodeModel(second));
  // At `all` ONNX Runtime fuses 8-bit products, which saturate on some processors.
  const report = await runAgainst({
    modelPath,
    againstPath,
    inputs: inputs(),
    runners: [runner],
    budget,
    precision,
    optimization: "disabled",
  });
  return againstReportSchema.parse(JSON.parse(JSON.stringify(report)));
}

describe("a compressed file against the one that it was made from", () => {
  it.each([
    ["8 bits", quantized([]), 12],
    ["half precision", halved([]), 8],
  ] as const)("%s: its wiring is folded away, and every layer is paired", async (_, second, wiring) => {
    const report = await against(second, { snr: 20 });
    expect(report).toMatchObject({
      verdict: "pass",
      folded: { first: 0, second: wiring },
      matched: { unmatched: 0 },
    });
    expect(report.changes.every(({ kind }) => kind === "weight")).toBe(true);
    expect(report.layers?.map(({ node }) => node).toSorted()).toEqual(
      Array.from({ length: LAYERS }, (__, at) => [`mm${at}`, `act${at}`])
        .flat()
        .toSorted(),
    );
    const [first] = report.runtimes;
    expect(first?.quality?.[0]).toMatchObject({ name: "y", decisions: { kind: "largest", count: SAMPLES } });
    expect(first?.latency?.ratio).toBeGreaterThan(0);
    expect(report.against.bytes).not.toBe(report.model.bytes);
  });

  it("fails beyond its budget, and names what is beyond", async () => {
    const report = await against(quantized([1]), { snr: 40, flips: 0 });
    expect(report.verdict).toBe("fail");
    expect(report.because).toMatch(/y: snr [\d.]+ dB, less than 40/);
    expect(report.layers?.[0]?.snr).toBeLessThan(20);
    expect(report.layers?.toSorted((a, b) => (b.lost ?? -9) - (a.lost ?? -9))[0]?.node).toBe("mm1");
  });

  it("does not pass by a budget that speaks of nothing", async () => {
    expect((await against(quantized([]), {})).verdict).toBe("inconclusive");
  });

  it.each([
    ["8 bits", quantized],
    ["half precision", halved],
  ] as const)("%s: names the layers that must stay float32, whichever they are", async (_, make) => {
    const layers = Array.from({ length: LAYERS }, (__, at) => at);
    await fc.assert(
      fc.asyncProperty(fc.subarray(layers, { minLength: 1, maxLength: 2 }), async (bad) => {
        const report = await against(make(bad), { snr: 25 }, true);
        const { precision } = report;
        expect(precision?.holds).toBe(true);
        expect(precision?.candidates).toBe(LAYERS);
        // A coarse layer may be left as it is where the budget holds all the same: none but coarse ones are kept.
        const kept = precision?.keep.map(({ node }) => Number(node.slice(2))) ?? [];
        expect(bad).toEqual(expect.arrayContaining(kept));
        if (report.verdict === "fail") expect(kept.length).toBeGreaterThan(0);
      }),
      { numRuns: 4, seed: 7 },
    );
  });
});

describe("the measures", () => {
  it("are those of their formulas for any noise in proportion", () => {
    fc.assert(
      fc.property(
        fc.array(fc.float({ min: -100, max: 100, noNaN: true }), { minLength: 2, maxLength: 20 }),
        fc.constantFrom(0.5, 0.1, 0.01),
        (values, error) => {
          fc.pre(values.some((value) => Math.abs(value) > 1e-3));
          const first = tensor("float64", Float64Array.from(values), [values.length]);
          const second = tensor(
            "float64",
            Float64Array.from(values, (value) => value * (1 + error)),
            [values.length],
          );
          const quality = qualityOf("y", first, second);
          expect(quality?.snr).toBeCloseTo(-20 * Math.log10(error), 6);
          expect(quality?.cosine).toBeCloseTo(1, 9);
          expect(quality?.relative).toBeCloseTo(error, 9);
          expect(qualityOf("y", first, first)).toMatchObject({ equal: true, snr: null });
        },
      ),
    );
  });

  it("take NaN and infinity in one alone for the loss of everything", () => {
    const [first, second] = [floats([1, 2], [2]), floats([1, Number.NaN], [2])];
    const quality = qualityOf("y", first, second);
    expect(quality).toMatchObject({ equal: false, snr: null, cosine: null, relative: null });
    expect(overBudget({ ...quality, decisions: null } as never, { snr: -100 })).toEqual([
      "snr not finite, less than -100",
    ]);
  });

  it("count a sigmoid's sides of a half", () => {
    const [first, second] = [floats([0.2, 0.6, 0.5], [3, 1]), floats([0.7, 0.6, 0.49], [3, 1])];
    expect(decide("y", "Sigmoid", first, second)).toEqual({ kind: "threshold", count: 3, flips: 2 });
    expect(decide("y", null, floats([3, 1], [1, 2]), floats([1, 3], [1, 2]))).toEqual({
      kind: "largest",
      count: 1,
      flips: 1,
    });
  });

  it.each(["snr", "snr=x", "flips=200%", "speed=1", "snr=40%", ""])("refuse the budget %j", (text) => {
    expect(() => parseBudget(text)).toThrow(/no part of a budget/);
  });
});
