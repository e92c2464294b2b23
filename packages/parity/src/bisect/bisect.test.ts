import { CongruentError, checked, type Tensor } from "@congruent/core";
import { askScript } from "@congruent/core/process";
import { bisectSchema } from "@congruent/core/schemas";
import { timeLimits } from "@congruent/core/testing";
import { indexGraph, type ModelProto } from "@congruent/onnx";
import { describe, expect, it, jest } from "@jest/globals";
import type { Runner, RunnerResult } from "../runner.js";
import { bisect } from "./bisect.js";
import {
  after,
  changingRunner,
  type Fault,
  type FaultyKernel,
  faultyRunner,
  floats,
  Net,
  scaled,
  soundRunner,
  type TestModel,
  testModels,
  withFault,
} from "./testing/index.js";

jest.setTimeout(timeLimits.programs);

const job = { layersDirectory: null, webApp: null, timeoutMs: 150_000 };

const outputOf = ({ model }: TestModel, node: string): string =>
  model.graph?.node.find(({ name }) => name === node)?.output[0] as string;
const kernel = (made: TestModel, node: string, fault: Fault): FaultyKernel => ({
  output: outputOf(made, node),
  fault,
});
const names = (nodes: readonly { node: string }[] | undefined) => nodes?.map(({ node }) => node);

/** A kernel that a runtime has for two nodes in a row, and uses where the value between them is not an output: it is wrong. */
function fusing(made: TestModel, first: string, last: string, fault: Fault) {
  const [inner, outer] = [outputOf(made, first), outputOf(made, last)];
  return (model: ModelProto) => {
    const { producerOf, graph } = indexGraph(model);
    const seen = graph.output.some(({ name }) => name === inner);
    return !seen && producerOf.has(inner) && producerOf.has(outer)
      ? (withFault(model, outer, fault) ?? model)
      : model;
  };
}

describe("bisect", () => {
  it("is data that its schema accepts", async () => {
    const made = testModels.mlp();
    const found = await bisect({
      ...made,
      runner: faultyRunner([kernel(made, "3_Tanh", scaled(Number.NaN))]),
      job,
    });
    expect(checked(JSON.parse(JSON.stringify(found)), bisectSchema, "the bisect")).toEqual(found);
    expect(found.cumulative?.first).toMatchObject({
      node: "3_Tanh",
      opType: "Tanh",
      index: 3,
      maxAbs: null,
      ratio: null,
    });
  });

  it("keeps how the errors of every value are spread, wrong or not", async () => {
    const made = testModels.mlp();
    const found = await bisect({
      ...made,
      runner: faultyRunner([kernel(made, "3_Tanh", scaled(1.5))]),
      job,
    });
    const of = (mode: "cumulative" | "isolated") => found[mode]?.values ?? [];
    // Each mode sees all values that nodes give, and counts all of their elements.
    const outputs = (made.model.graph?.node ?? []).flatMap(({ output }) => output).toSorted();
    for (const mode of ["cumulative", "isolated"] as const) {
      expect(
        of(mode)
          .map(({ output }) => output)
          .toSorted(),
      ).toEqual(outputs);
    }
    const wrong = of("isolated").filter(({ within }) => !within);
    expect(names(wrong)).toEqual(["3_Tanh"]);
    const [tanh] = wrong;
    // Half of a number between -1 and 1 more than it is.
    expect(Math.max(...(tanh?.detail.histogram ?? []).map(({ power }) => power))).toBe(-1);
    for (const { expected, observed } of tanh?.detail.worst ?? []) {
      expect(Number(observed) / Number(expected)).toBeCloseTo(1.5, 5);
    }
    const behind = of("cumulative").filter(({ within }) => !within);
    expect(behind.length).toBeGreaterThan(1);
  });

  it("finds independent faults, those behind others by themselves alone", async () => {
    const made = testModels.inception();
    const faults = ["0_Conv", "2_MaxPool", "6_Conv"].map((node) => kernel(made, node, scaled(1.1)));
    const found = await bisect({ ...made, runner: faultyRunner(faults), job });
    expect(names(found.isolated?.wrong)).toEqual(["0_Conv", "2_MaxPool", "6_Conv"]);
    expect(names(found.cumulative?.roots)).toEqual(["0_Conv", "2_MaxPool"]);
    expect(found).toMatchObject({ explained: true, hidden: [], vanished: false });
  });

  it("uses only the modes that were asked for", async () => {
    const made = testModels.mlp();
    const runner = faultyRunner([kernel(made, "3_Tanh", scaled(1.1))]);
    const isolated = await bisect({ ...made, runner, job, modes: ["isolated"] });
    expect([isolated.cumulative, names(isolated.isolated?.wrong)]).toEqual([null, ["3_Tanh"]]);
    const cumulative = await bisect({ ...made, runner, job, modes: ["cumulative"] });
    expect([cumulative.isolated, cumulative.cumulative?.first?.node]).toEqual([null, "3_Tanh"]);
  });

  it("looks at the samples that are worst", async () => {
    const made = testModels.mlp();
    const x = made.inputs.x as Tensor<"float32">;
    const many = floats(
      Float32Array.from({ length: 40 * 16 }, (_, i) => (x.data[i % 64] as number) / 8),
      [40, 16],
    );
    // Only large values are off where a Relu stops at 4.
    for (const sample of [7, 31]) for (let i = 0; i < 16; i++) many.data[sample * 16 + i] = 8 * Math.sin(i);
    const found = await bisect({
      model: made.model,
      inputs: { x: many },
      runner: faultyRunner([kernel(made, "1_Relu", after("Clip", {}, [floats([0], []), floats([4], [])]))]),
      job,
      samples: 2,
    });
    expect(found.samples?.toSorted((a, b) => a - b)).toEqual([7, 31]);
    expect(found.cumulative?.first?.node).toBe("1_Relu");
  });

  it("takes the inputs as they are where they hold no samples", async () => {
    const net = new Net(1);
    net.add("ReduceSum", [net.add("Exp", ["x"])], { keepdims: 0n }, { output: "y" });
    const model = net.model({ x: { dims: [5] } }, { y: { dims: [] } });
    const runner = faultyRunner([{ output: "0_Exp:0", fault: scaled(1.01) }]);
    const found = await bisect({ model, inputs: { x: floats([0, 1, 2, 3, 4], [5]) }, runner, job });
    expect(found).toMatchObject({ samples: null, cumulative: { first: { node: "0_Exp" } }, explained: true });
  });
});

describe("a fault that exposing hides", () => {
  it("is found by cutting parts out: the pair that is fused", async () => {
    const made = testModels.residual();
    const runner = changingRunner(fusing(made, "3_Conv", "4_BatchNormalization", scaled(1.02)));
    const found = await bisect({ ...made, runner, job });
    expect(found).toMatchObject({
      cumulative: { first: null, wrong: 0 },
      isolated: { wrong: [] },
      vanished: true,
      explained: true,
    });
    expect(found.hidden.map(({ nodes }) => names(nodes))).toEqual([["3_Conv", "4_BatchNormalization"]]);
    expect(found.hidden[0]?.finding).toMatchObject({
      node: "4_BatchNormalization",
      opType: "BatchNormalization",
    });
  });

  it("is found beside one that shows, and beside another one", async () => {
    const made = testModels.encoder();
    const pairs = [
      ["9_MatMul", "10_Mul"],
      ["18_MatMul", "19_Add"],
    ] as const;
    const fused = pairs.map(([first, last]) => fusing(made, first, last, scaled(1.05)));
    const runner = changingRunner((model) => {
      const shown = withFault(model, outputOf(made, "15_MatMul"), scaled(1.1)) ?? model;
      return fused.reduce((changed, change) => change(changed), shown);
    });
    const found = await bisect({ ...made, runner, job });
    expect(names(found.isolated?.wrong)).toEqual(["15_MatMul"]);
    expect(found.cumulative?.first?.node).toBe("15_MatMul");
    expect(found.explained).toBe(true);
    expect(found.hidden.map(({ nodes }) => names(nodes)).toSorted()).toEqual(
      [...pairs].map((pair) => [...pair]).toSorted(),
    );
  });

  it("is left unexplained where no part shows it", async () => {
    const made = testModels.mlp();
    const count = made.model.graph?.node.length;
    // Wrong as a whole model with its own outputs alone.
    const runner = changingRunner((model) =>
      model.graph?.node.length === count && model.graph?.output.length === 2
        ? (withFault(model, "logits", scaled(2)) ?? model)
        : model,
    );
    expect(await bisect({ ...made, runner, job })).toMatchObject({
      vanished: true,
      hidden: [],
      explained: false,
    });
  });
});

describe("a runtime that breaks inside", () => {
  /** Breaks as `how` does where a model holds the node that makes `output`. */
  const breaking = (output: string, how: () => Promise<RunnerResult>): Runner => {
    let broken = false;
    const found = changingRunner((model) => {
      broken = indexGraph(model).producerOf.has(output);
      return model;
    });
    return {
      ...found,
      run: async (given) => {
        const result = await found.run(given);
        return broken ? how() : result;
      },
    };
  };
  const fixture = (script: string, timeoutMs: number) => async () => {
    await askScript({
      script: new URL(`../fixtures/${script}.js`, import.meta.url),
      request: {},
      timeoutMs,
    });
    throw new Error("the fixture answered");
  };

  it.each([
    ["crashes", "E_CRASH", fixture("child-crashes", 150_000)],
    ["hangs", "E_TIMEOUT", fixture("child-hangs", 300)],
  ])("%s: the node that does it is named", async (_, code, how) => {
    const made = testModels.mlp();
    const found = await bisect({ ...made, runner: breaking(outputOf(made, "3_Tanh"), how), job });
    expect(found).toMatchObject({
      final: null,
      broken: { code },
      cumulative: { first: null },
      isolated: { wrong: [], broken: [{ node: "3_Tanh", opType: "Tanh", code }] },
      explained: null,
    });
  });

  it("is refused where the runtime is absent", async () => {
    const absent = new CongruentError({ code: "E_NO_BROWSER", what: "no browser", exit: 3 });
    const runner: Runner = { ...soundRunner, run: () => Promise.reject(absent) };
    await expect(bisect({ ...testModels.mlp(), runner, job })).rejects.toMatchObject({
      code: "E_NO_BROWSER",
    });
  });
});

describe("a bisect with little memory", () => {
  /** Six values of 64 KiB each. */
  const wide = () => {
    const net = new Net(9);
    let value = "x";
    for (let i = 0; i < 6; i++) value = net.add("Add", [value, net.weight([4096])]);
    return {
      model: net.model({ x: { dims: ["batch", 4096] } }, { [value]: { dims: ["batch", 4096] } }),
      inputs: { x: net.weight([4, 4096]) },
    };
  };
  const runner = faultyRunner([{ output: "4_Add:0", fault: scaled(1.01) }]);

  it("cuts the values into parts that fit, and finds the same", async () => {
    const sizes: number[] = [];
    const counting: Runner = {
      ...runner,
      run: async (given) => {
        const result = await runner.run(given);
        sizes.push(Object.values(result.outputs).reduce((sum, { data }) => sum + data.byteLength, 0));
        return result;
      },
    };
    const whole = await bisect({ ...wide(), runner, job });
    const limit = 1024 * 1024;
    const cut = await bisect({ ...wide(), runner: counting, job, maxMemory: limit });
    expect(whole.cumulative?.cuts).toBe(1);
    expect(cut.cumulative?.cuts).toBeGreaterThan(1);
    expect(cut.isolated?.cuts).toBeGreaterThan(1);
    expect(cut.memory).toEqual({ limit, largestCut: expect.any(Number) });
    expect(cut.memory.largestCut).toBeLessThanOrEqual(limit);
    expect(Math.max(...sizes)).toBeLessThan(limit / 2);
    expect(cut.cumulative?.first).toEqual(whole.cumulative?.first);
    expect(cut.isolated?.wrong).toEqual(whole.isolated?.wrong);
  });

  it("says how much one node takes where that is too much", async () => {
    await expect(bisect({ ...wide(), runner, job, maxMemory: 1024 })).rejects.toMatchObject({
      code: "E_MEMORY",
      what: expect.stringContaining("0_Add"),
      fix: expect.stringContaining("--max-memory"),
    });
  });
});
