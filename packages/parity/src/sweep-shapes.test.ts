import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { CongruentError, parseRuntimeId, type RuntimeId, tensor } from "@congruent/core";
import { timeLimits } from "@congruent/core/testing";
import {
  encodeModel,
  makeTensorValueInfo as info,
  type ModelProto,
  makeGraph,
  makeModel,
  makeNode,
  makeTensor,
} from "@congruent/onnx";
import { readModel } from "@congruent/onnx/files";
import { interpret, toTensor } from "@congruent/reference";
import { afterAll, beforeAll, describe, expect, it, jest } from "@jest/globals";
import { generateInputs, type Runner, type RunnerJob, type RunnerResult, runParity } from "./index.js";
import { sampleCount } from "./runner.js";
import { runnerOf } from "./runners/index.js";
import { reference } from "./runners/reference.js";
import { shapeCases } from "./shape-cases.js";

jest.setTimeout(timeLimits.programs);

let directory: string;
beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), "sweep-shapes-"));
});
afterAll(() => rm(directory, { recursive: true }));

/** Pictures of any size, whose channels' means follow a 3x3 convolution; or, with a head, a size that only weights of 64 rows fit. */
function pictures({ head = false } = {}): ModelProto {
  const kernel = tensor(
    "float32",
    Float32Array.from({ length: 18 }, (_, i) => Math.sin(i)),
    [2, 1, 3, 3],
  );
  const weights = tensor(
    "float32",
    Float32Array.from({ length: 64 }, (_, i) => Math.cos(i)),
    [32, 2],
  );
  const nodes = head
    ? [makeNode("Flatten", ["conv"], ["flat"]), makeNode("MatMul", ["flat", "H"], ["y"])]
    : [makeNode("GlobalAveragePool", ["conv"], ["y"])];
  return makeModel(
    makeGraph(
      [makeNode("Conv", ["x", "W"], ["conv"], { attributes: { pads: [1n, 1n, 1n, 1n] } }), ...nodes],
      "pictures",
      [info("x", "float32", ["batch", 1, "height", "width"])],
      [info("y", "float32", head ? ["batch", 2] : ["batch", 2, 1, 1])],
      [makeTensor("W", kernel), ...(head ? [makeTensor("H", weights)] : [])],
    ),
  );
}

async function sweep(model: ModelProto, runners: Runner[], size = 4) {
  const modelPath = join(directory, "model.onnx");
  await writeFile(modelPath, encodeModel(model));
  const shapes = new Map([
    ["height", [size]],
    ["width", [size]],
  ]);
  const inputs = generateInputs(model, { seed: 1, samples: 5, shapes });
  return runParity({ modelPath, inputs, runners, sweep: ["shapes"] });
}

/** A correct runtime without the start of a process for every shape: the interpreter, rounded to float32. */
const correct = (
  id: RuntimeId,
  change: (job: RunnerJob, result: RunnerResult) => RunnerResult = (_, result) => result,
): Runner => ({
  ...parseRuntimeId(id),
  isReference: id === "reference",
  async run(job) {
    const { outputs } = interpret((await readModel(job.modelPath)).model, job.inputs);
    const rounded = Object.fromEntries([...outputs].map(([output, value]) => [output, toTensor(value)]));
    const samples = sampleCount(job.inputs, job.batching);
    return change(job, { outputs: rounded, samples, versions: {}, adapter: null, seconds: 0 });
  },
});
const nodeCpu = runnerOf("node-cpu");
const exact = correct("reference");
const sound = correct("node-cpu");
const width = (job: RunnerJob) => job.inputs.x?.dims[3] ?? 0;
const NAMES = [
  "batch 1",
  "batch 2",
  "batch 3",
  "batch 7",
  "height 2, width 2",
  "height 5, width 5",
  "height 8, width 8",
  "height 8, width 2",
];

describe("a sweep over shapes", () => {
  it("holds each runtime against the reference, shape by shape", async () => {
    const { sweeps, verdict } = await sweep(pictures(), [reference, nodeCpu]);
    expect(sweeps).toMatchObject([
      { axis: "shapes", runtime: "node-cpu", samples: null, because: "right on 8 of 8 shapes" },
    ]);
    const variants = sweeps[0]?.variants ?? [];
    expect(variants.map(({ value }) => value)).toEqual(NAMES);
    // Float32 against double precision: rounded, so neither equal nor far off.
    const off = variants.map(({ fromReference }) => fromReference ?? Number.NaN);
    expect(Math.max(...off)).toBeGreaterThan(0);
    expect(Math.max(...off)).toBeLessThan(1e-5);
    expect(verdict).toBe("pass");
  });

  it("names the shape that a runtime computes wrongly, though the matrix' own shape is right", async () => {
    const tiled = correct("web-wasm", (job, result) => {
      const y = result.outputs.y?.data as Float32Array;
      if (width(job) % 2 === 1) y[0] = (y[0] as number) + 0.25;
      return result;
    });
    const { sweeps, cells, verdict, because } = await sweep(pictures(), [exact, sound, tiled]);
    expect(cells.map(({ status }) => status)).toEqual(["pass", "pass", "pass"]);
    const found = sweeps.find(({ runtime }) => runtime === "web-wasm")?.variants ?? [];
    expect(found.filter(({ status }) => status !== "pass")).toMatchObject([
      { value: "height 5, width 5", status: "fail", fromReference: expect.closeTo(0.25, 5) },
    ]);
    expect(verdict).toBe("fail");
    expect(because).toMatch(/^web-wasm, swept over shapes: height 5, width 5: against the reference: y/);
  });

  it("names the shape that a runtime refuses while the reference computes it", async () => {
    const picky = correct("web-wasm", (job, result) => {
      if (job.batching.mode !== "split" || job.batching.size !== 3) return result;
      throw new CongruentError({ code: "E_RUNTIME", what: "workgroup size is not divisible" });
    });
    const { sweeps, verdict } = await sweep(pictures(), [exact, sound, picky]);
    expect(sweeps.map(({ because }) => because)).toEqual([
      "right on 8 of 8 shapes",
      "batch 3: refused, while reference computes it: workgroup size is not divisible",
    ]);
    expect(verdict).toBe("fail");
  });

  it("skips a shape that the reference and the baseline refuse", async () => {
    const { sweeps, verdict } = await sweep(pictures({ head: true }), [exact, sound]);
    const [{ variants, because } = { variants: [], because: "" }] = sweeps;
    // 2 channels of 8 x 2 are the 32 values that the head takes, as 4 x 4 are.
    expect(variants.map(({ value, status }) => [value, status])).toEqual(
      NAMES.map((name) => [name, /2, width 2|5|8, width 8/.test(name) ? "skip" : "pass"]),
    );
    expect(because).toMatch(/^right on 5 of 8 shapes; no shape of the model: height 2, width 2: /);
    expect(verdict).toBe("pass");
  });
});

describe("shapeCases", () => {
  const cases = (model: ModelProto) => {
    const inputs = generateInputs(model, { seed: 1, samples: 5 });
    return shapeCases(
      model,
      { inputs: inputs.tensors, batching: inputs.batching ?? { mode: "split", size: 5 } },
      {},
    );
  };

  it("gives the same inputs for the same seed, a named axis one size in all of them", () => {
    const ids = info("ids", "int64", ["batch", "length"]);
    const mask = info("mask", "int64", ["batch", "length"]);
    const add = makeGraph(
      [makeNode("Add", ["ids", "mask"], ["y"])],
      "g",
      [ids, mask],
      [info("y", "int64", ["batch", "length"])],
    );
    const found = cases(makeModel(add));
    expect(found.map(({ name, job }) => [name, job.inputs.ids?.dims, job.inputs.mask?.dims])).toEqual([
      ["batch 1", [1, 16], [1, 16]],
      ["batch 2", [2, 16], [2, 16]],
      ["batch 3", [3, 16], [3, 16]],
      ["batch 7", [7, 16], [7, 16]],
      ["length 8", [2, 8], [2, 8]],
      ["length 17", [2, 17], [2, 17]],
      ["length 32", [2, 32], [2, 32]],
    ]);
    expect(cases(makeModel(add))).toEqual(found);
  });

  it("refuses a model without a dynamic axis", () => {
    const fixed = makeGraph(
      [makeNode("Relu", ["x"], ["y"])],
      "g",
      [info("x", "float32", [2, 3])],
      [info("y", "float32", [2, 3])],
    );
    expect(() => cases(makeModel(fixed))).toThrow(
      expect.objectContaining({ code: "E_SWEEP", what: expect.stringContaining("no dynamic axis") }),
    );
  });
});
