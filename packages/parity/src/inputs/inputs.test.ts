import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type Tensor, tensor } from "@congruent/core";
import { timeLimits } from "@congruent/core/testing";
import {
  encodeModel,
  encodeTensorProto,
  type ModelProto,
  makeGraph,
  makeModel,
  makeNode,
  makeTensor,
  makeTensorValueInfo,
  modelInterface,
} from "@congruent/onnx";
import { sampleGraphs } from "@congruent/onnx/testing";
import { afterAll, beforeAll, describe, expect, it, jest } from "@jest/globals";
import { runParity } from "../run-parity.js";
import {
  batchingOf,
  generateInputs,
  guessStrategy,
  parseShapes,
  parseStrategy,
  readTestData,
  strategies,
} from "./index.js";

jest.setTimeout(timeLimits.programs);

const info = makeTensorValueInfo;

/** A sentence classifier's shape of inputs: ids into a table, a mask, positions. */
function tokens(): ModelProto {
  const table = makeTensor("table", tensor("float32", new Float32Array(22).fill(1), [11, 2]));
  const nodes = [
    makeNode("Cast", ["ids"], ["wide"], { attributes: { to: 7n } }),
    makeNode("Gather", ["table", "wide"], ["rows"]),
    makeNode("Cast", ["attention_mask"], ["kept"], { attributes: { to: 1n } }),
    makeNode("Unsqueeze", ["kept", "last"], ["column"]),
    makeNode("Mul", ["rows", "column"], ["y"]),
  ];
  const last = makeTensor("last", tensor("int64", BigInt64Array.of(-1n), [1]));
  return makeModel(
    makeGraph(
      nodes,
      "tokens",
      [info("ids", "int32", ["batch", "length"]), info("attention_mask", "int64", ["batch", "length"])],
      [info("y", "float32", ["batch", "length", 2])],
      [table, last],
    ),
  );
}

/** No batch at all: a matrix and a scalar, of which none may be cut. */
function unbatched(): ModelProto {
  const nodes = [
    makeNode("Mul", ["m", "s"], ["scaled"]),
    makeNode("ReduceSum", ["scaled"], ["y"], { attributes: { keepdims: 0n } }),
  ];
  return makeModel(
    makeGraph(
      nodes,
      "g",
      [info("m", "float32", [2, 3]), info("s", "float32", [])],
      [info("y", "float32", [])],
    ),
  );
}

describe("generateInputs", () => {
  it("fills every input by what reads it: indices stay inside their table", () => {
    const { tensors, source, batching } = generateInputs(tokens(), { seed: 1 });
    expect(tensors.ids).toMatchObject({ dtype: "int32", dims: [100, 16] });
    const ids = Array.from((tensors.ids as Tensor<"int32">).data);
    expect(Math.min(...ids)).toBe(0);
    expect(Math.max(...ids)).toBe(10);
    expect(new Set(tensors.attention_mask?.data as BigInt64Array)).toEqual(new Set([0n, 1n]));
    expect(batching).toBeUndefined();
    expect(source).toBe(
      "generated, seed 1: ids integers:0,11 [100, 16], attention_mask mask [100, 16]; assumed length = 16",
    );
  });

  it("gives the same numbers for the same seed, with any strategies of other inputs", () => {
    const first = generateInputs(tokens(), { seed: 3, samples: 2 }).tensors.ids;
    expect(
      generateInputs(tokens(), { seed: 3, samples: 2, fills: ["attention_mask=zeros"] }).tensors.ids,
    ).toEqual(first);
    expect(generateInputs(tokens(), { seed: 4, samples: 2 }).tensors.ids).not.toEqual(first);
  });

  it("takes shapes by axis and by input, and a named axis has one size everywhere", () => {
    const shapes = parseShapes(["length=5", "batch=2"]);
    expect(generateInputs(tokens(), { seed: 1, shapes }).tensors.attention_mask?.dims).toEqual([2, 5]);
    const whole = parseShapes(["ids=3,7"]);
    expect(generateInputs(tokens(), { seed: 1, shapes: whole }).tensors.attention_mask?.dims).toEqual([3, 7]);
  });

  it.each([
    [["ids=3"], "the input ids was given 1 sizes"],
    [["length=5", "ids=3,7"], "the axis 1 of the input ids was given the size 7"],
    [["nobody=3"], "the model has no input and no dynamic axis nobody"],
  ])("refuses the shapes %s", (texts, what) => {
    expect(() => generateInputs(tokens(), { seed: 1, shapes: parseShapes(texts) })).toThrow(
      expect.objectContaining({ code: "E_SHAPE", what }),
    );
  });

  it("takes two whole shapes that give one name two sizes, as exporters reuse names by accident", () => {
    const shapes = parseShapes(["ids=3,7", "attention_mask=3,8"]);
    const { tensors } = generateInputs(tokens(), { seed: 1, shapes });
    expect([tensors.ids?.dims, tensors.attention_mask?.dims]).toEqual([
      [3, 7],
      [3, 8],
    ]);
  });

  it("refuses more numbers than memory is for, before it takes any", () => {
    const shapes = parseShapes(["batch=1000000", "length=1000000"]);
    expect(() => generateInputs(tokens(), { seed: 1, shapes })).toThrow(
      expect.objectContaining({ code: "E_RANDOM_INPUT" }),
    );
  });

  it("knows models that are run once", () => {
    const { tensors, batching } = generateInputs(unbatched(), { seed: 1 });
    expect([tensors.m?.dims, tensors.s?.dims, batching]).toEqual([[2, 3], [], { mode: "once" }]);
  });

  it("draws pixels for what is divided by 255", () => {
    const scale = makeTensor("scale", tensor("float32", Float32Array.of(255), []));
    const x = info("x", "float32", ["n", 4, 4, 1]);
    const model = makeModel(
      makeGraph(
        [makeNode("Div", ["x", "scale"], ["y"])],
        "g",
        [x],
        [info("y", "float32", ["n", 4, 4, 1])],
        [scale],
      ),
    );
    expect(guessStrategy(model, { name: "x", dtype: "float32", dims: null })).toEqual({
      name: "pixels",
      parameters: [],
    });
  });
});

describe("strategies", () => {
  const draw = (fill: string, dims = "n=4000") => {
    const x = info("x", "float32", ["n", 5]);
    const model = makeModel(
      makeGraph([makeNode("Neg", ["x"], ["y"])], "g", [x], [info("y", "float32", ["n", 5])]),
    );
    const { tensors } = generateInputs(model, { seed: 9, shapes: parseShapes([dims]), fills: [fill] });
    return Array.from((tensors.x as Tensor<"float32">).data);
  };
  const mean = (numbers: number[]) => numbers.reduce((sum, x) => sum + x, 0) / numbers.length;

  it("have the moments of their distributions", () => {
    // Five standard errors of a mean of 20,000: 5 · σ / √20000.
    expect(Math.abs(mean(draw("uniform:-1,3")) - 1)).toBeLessThan(
      (5 * (4 / Math.sqrt(12))) / Math.sqrt(20000),
    );
    const normal = draw("normal:2,3");
    expect(Math.abs(mean(normal) - 2)).toBeLessThan((5 * 3) / Math.sqrt(20000));
    expect(Math.abs(mean(normal.map((x) => ((x - 2) / 3) ** 2)) - 1)).toBeLessThan(
      (5 * Math.SQRT2) / Math.sqrt(20000),
    );
  });

  it("give what their names say", () => {
    expect(new Set(draw("pixels")).size).toBe(256);
    expect(draw("ramp", "n=2")).toEqual([0, 1, 2, 3, 4, 0, 1, 2, 3, 4]);
    expect(draw("constant:0.5", "n=1")).toEqual([0.5, 0.5, 0.5, 0.5, 0.5]);
    const hot = draw("one-hot", "n=50");
    expect(mean(hot)).toBeCloseTo(1 / 5, 12);
    expect(new Set(hot)).toEqual(new Set([0, 1]));
    expect(draw("special", "n=1").slice(0, 2)).toEqual([Number.NaN, Number.POSITIVE_INFINITY]);
    expect(draw("edge", "n=20").every(Number.isFinite)).toBe(true);
    expect(Object.is(draw("edge", "n=1")[1], -0)).toBe(true);
  });

  it.each(["uniform:1", "uniform:a,b", "nothing", "toString", "zeros:1", "normal:,1"])(
    "refuse %s",
    (text) => {
      expect(() => parseStrategy(text)).toThrow(expect.objectContaining({ code: "E_FILL" }));
    },
  );

  it("can all be named", () => {
    expect(Object.keys(strategies).map((name) => parseStrategy(name).name)).toEqual(Object.keys(strategies));
  });
});

describe("batchingOf", () => {
  it.each([
    [["n", 3], ["n"], "free"],
    [[null, 3], [null, 1], "free"],
    [[2, 3], [2], "fixed"],
    [["n", 3], [1, 3], "none"],
    [[2, 3], [], "none"],
    [[], [], "none"],
  ] as const)("of %j to %j is %s", (input, output, expected) => {
    const of = (dims: readonly (string | number | null)[]) => [{ name: "v", dtype: "float32", dims }];
    expect(batchingOf({ inputs: of(input), outputs: of(output) })).toBe(expected);
  });
});

describe("test data", () => {
  let folder: string;
  const model = unbatched();
  const m = tensor("float32", Float32Array.of(1, 2, 3, 4, 5, 6), [2, 3]);
  const s = tensor("float32", Float32Array.of(10), []);

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), "congruent-test-data-"));
    await mkdir(join(folder, "test_data_set_0"));
    await writeFile(join(folder, "test_data_set_0", "input_0.pb"), encodeTensorProto(makeTensor("", m)));
    await writeFile(join(folder, "test_data_set_0", "input_1.pb"), encodeTensorProto(makeTensor("s", s)));
    await writeFile(join(folder, "model.onnx"), encodeModel(model));
  });
  afterAll(() => rm(folder, { recursive: true, force: true }));

  it("is read in the order of the model's inputs", async () => {
    expect(await readTestData(folder, model)).toEqual({ m, s });
  });

  it("is refused where it has another number of inputs, or is invalid", async () => {
    const attention = sampleGraphs.attention?.model as ModelProto;
    await expect(readTestData(folder, attention)).rejects.toMatchObject({ code: "E_TEST_DATA" });
    await expect(readTestData(tmpdir(), model)).rejects.toMatchObject({ code: "E_TEST_DATA" });
    await mkdir(join(folder, "bad"), { recursive: true });
    await writeFile(join(folder, "bad", "input_0.pb"), "hello");
    await writeFile(join(folder, "bad", "input_1.pb"), "");
    await expect(readTestData(join(folder, "bad"), model)).rejects.toMatchObject({ code: "E_ONNX_INVALID" });
  });

  it("runs a model without a batch axis once, on several inputs", async () => {
    const report = await runParity({
      modelPath: join(folder, "model.onnx"),
      inputs: { source: "a test", tensors: { m, s }, batching: { mode: "once" } },
      runtimes: ["node-cpu"],
    });
    expect(report.cells[0]).toMatchObject({ status: "pass", samples: 1 });
    expect(modelInterface(model).outputs[0]?.dims).toEqual([]);
  });
});
