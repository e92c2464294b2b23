/** Any file, any inputs: `parity` as a function. */
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { create } from "@bufbuild/protobuf";
import { type Tensor, tensor } from "@congruent/core";
import { checked } from "@congruent/core/files";
import { parityReportSchema } from "@congruent/core/schemas";
import { timeLimits } from "@congruent/core/testing";
import { writeNpz } from "@congruent/datasets";
import {
  AttributeProtoSchema,
  changed,
  encodeModel,
  makeTensorValueInfo as info,
  type ModelProto,
  makeGraph,
  makeModel,
  makeNode,
  makeTensor,
  type ValueInfoProto,
} from "@congruent/onnx";
import { interpret } from "@congruent/reference";
import { afterAll, beforeAll, describe, expect, it, jest } from "@jest/globals";
import sharp from "sharp";
import { fake } from "./fixtures/fake-runner.js";
import { type ParityFileOptions, parity, parityMatchers } from "./index.js";

jest.setTimeout(timeLimits.programs);
expect.extend(parityMatchers as unknown as Parameters<typeof expect.extend>[0]);

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "parity-files-"));
});
afterAll(() => rm(folder, { recursive: true }));

async function write(name: string, model: ModelProto): Promise<string> {
  const path = join(folder, name);
  await writeFile(path, encodeModel(model));
  return path;
}

const runtimes = ["reference", "node-cpu"] as const;
const compare = (model: string, more: Partial<ParityFileOptions> = {}) =>
  parity({ model, runtimes, ...more });
const model = (
  nodes: Parameters<typeof makeGraph>[0],
  inputs: ValueInfoProto[],
  outputs: ValueInfoProto[],
  weights: Parameters<typeof makeGraph>[4] = [],
) => makeModel(makeGraph(nodes, "g", inputs, outputs, weights));
const floats = (name: string, values: number[], dims: number[]) =>
  makeTensor(name, tensor("float32", Float32Array.from(values), dims));
const ints = (name: string, values: number[]) =>
  makeTensor(name, tensor("int64", BigInt64Array.from(values, BigInt), [values.length]));

describe("axes without a name", () => {
  it("are each their own: of a picture's -1, ?, ?, and of two inputs that share a mark or a name", async () => {
    const pool = makeNode("GlobalAveragePool", ["x"], ["y"]);
    const picture = await write(
      "cls.onnx",
      model([pool], [info("x", "float32", [-1, 3, "?", "?"])], [info("y", "float32", ["?", 3, 1, 1])]),
    );
    expect(await compare(picture, { samples: 3, shapes: { "x[2]": 5, "x[3]": 9 } })).toMatchObject({
      verdict: "pass",
      inputs: { samples: 3, source: expect.stringContaining("[3, 3, 5, 9]") },
    });
    expect((await compare(picture, { samples: 2 })).verdict).toBe("pass");
    const nodes = [
      makeNode("ReduceSum", ["a"], ["s"], { attributes: { keepdims: 0n } }),
      makeNode("ReduceSum", ["b"], ["t"], { attributes: { keepdims: 0n } }),
      makeNode("Add", ["s", "t"], ["y"]),
    ];
    for (const mark of ["?", "", "N"]) {
      const inputs = [info("a", "float32", [mark, mark]), info("b", "float32", [mark, mark])];
      const both = await write("both.onnx", model(nodes, inputs, [info("y", "float32", [])]));
      const report = await compare(both, { shapes: { a: [2, 3], b: [5, 7] } });
      expect(report).toMatchObject({
        verdict: "pass",
        inputs: { source: expect.stringMatching(/a .*\[2, 3\].* b .*\[5, 7\]/) },
      });
    }
  });
});

describe("an output that is declared wrongly", () => {
  // A recognizer of text: the picture's columns become the first axis, whatever the file says.
  const columns = (declared: ValueInfoProto) =>
    model(
      [
        makeNode("Transpose", ["x"], ["t"], { attributes: { perm: [3n, 0n, 1n, 2n] } }),
        makeNode("Reshape", ["t", "shape"], ["y"]),
      ],
      [info("x", "float32", [1, 1, 4, "width"])],
      [declared],
      [ints("shape", [-1, 1, 4])],
    );

  it("is a warning with the real shape, and everything runs", async () => {
    const report = await compare(await write("ocr.onnx", columns(info("y", "float32", [1, "seqlen"]))));
    expect(checked(report, parityReportSchema, "report")).toEqual(report);
    expect(report).toMatchObject({
      verdict: "pass",
      inputs: { samples: 1, source: expect.stringMatching(/the first 1 of 100$/) },
    });
    expect(report.cells.map(({ status }) => status)).toEqual(["pass", "pass"]);
    expect(report.warnings).toEqual([
      expect.stringContaining("[64, 1, 4] for 1 sample"),
      "the output y is declared as [1, seqlen], and has the shape [64, 1, 4]",
    ]);
  });

  it("may have no rank at all, or no type", async () => {
    const untyped = changed(info("y", "float32", []), { type: undefined as never });
    expect(await compare(await write("untyped.onnx", columns(untyped)))).toMatchObject({ verdict: "pass" });
  });
});

describe("inputs that every runtime refuses", () => {
  /** Takes 13 numbers a row and nothing else, and does not say so. */
  const hidden = () =>
    model(
      [makeNode("MatMul", ["x", "w"], ["y"])],
      [info("x", "float32", ["n", "features"])],
      [info("y", "float32", ["n", 2])],
      [
        floats(
          "w",
          Array.from({ length: 26 }, (_, i) => i / 7),
          [13, 2],
        ),
      ],
    );

  it("are replaced where they were guessed, and the report says by which", async () => {
    const report = await compare(await write("hidden.onnx", hidden()));
    expect(report.verdict).toBe("pass");
    expect(report.warnings).toEqual([
      expect.stringMatching(/every runtime refuses .* were taken instead: --shape x=1,13$/),
    ]);
  });

  it("are the likely reason where they were given: inconclusive, with a shape that works", async () => {
    const path = await write("hidden.onnx", hidden());
    const said = await compare(path, { shapes: { n: 2 }, fills: ["uniform:0,1"] });
    // The reference judges no model by inputs that it refuses.
    expect(said.cells.map(({ status }) => status)).toEqual(["unavailable", "error"]);
    expect(said.verdict).toBe("inconclusive");
    expect(said.because).toMatch(/they are the likely reason .* were tried and work: --shape x=\d+,13/);
    const tensors = await compare(path, { inputs: { x: tensor("float32", new Float32Array(10), [2, 5]) } });
    expect(tensors.because).toMatch(/--inputs random --shape x=1,13/);
    // What was suggested works as it was written.
    expect((await compare(path, { shapes: { x: [1, 13] } })).verdict).toBe("pass");
  });
});

describe("--once", () => {
  it("takes the inputs as those of one run, where the model's first axis could be cut", async () => {
    const nodes = [makeNode("ReduceMean", ["x"], ["y"], { attributes: { axes: [0n], keepdims: 1n } })];
    const path = await write(
      "mean.onnx",
      model(nodes, [info("x", "float32", ["n", 2])], [info("y", "float32", ["m", 2])]),
    );
    const x = tensor("float32", Float32Array.of(1, 2, 3, 4, 5, 7), [3, 2]);
    expect(await compare(path, { inputs: { x }, once: true })).toMatchObject({
      verdict: "pass",
      inputs: { samples: 1 },
    });
    expect(await compare(path, { once: true, shapes: { x: [5, 2] } })).toMatchObject({
      verdict: "pass",
      inputs: { samples: 1, source: expect.stringContaining("[5, 2]") },
    });
  });
});

describe("strings", () => {
  const yesNo = () => {
    const encode = makeNode("LabelEncoder", ["s"], ["id"], {
      domain: "ai.onnx.ml",
      attributes: { keys_strings: ["yes", "no"], values_int64s: [1n, 0n], default_int64: -1n },
    });
    // Not after a StringNormalizer: ONNX Runtime's wants the locale en_US.UTF-8 of the machine.
    const nodes = [encode, makeNode("Cast", ["id"], ["y"], { attributes: { to: 1n } })];
    const s = info("s", "float32", ["batch"]);
    if (s.type?.value.case === "tensorType") s.type.value.value.elemType = 8;
    const made = model(nodes, [s], [info("y", "float32", ["batch"])]);
    const [onnx] = made.opsetImport;
    return changed(made, {
      opsetImport: [onnx as never, changed(onnx as never, { domain: "ai.onnx.ml", version: 2n } as never)],
    });
  };

  it("come from a .json file", async () => {
    const path = await write("yes-no.onnx", yesNo());
    const file = join(folder, "words.json");
    await writeFile(file, JSON.stringify({ s: ["yes", "no", "maybe"] }));
    const expected = join(folder, "words.npz");
    // By the definition of the operator: yes is 1, no is 0, anything else -1.
    await writeFile(expected, writeNpz({ y: tensor("float32", Float32Array.of(1, 0, -1), [3]) }));
    const report = await compare(path, { inputs: file, expected, runtimes: ["node-cpu"] });
    expect(report).toMatchObject({ verdict: "pass", model: { path } });
    expect(report.cells.map(({ runtime, variant, status }) => [runtime, variant, status])).toEqual([
      ["node-cpu", null, "pass"],
      ["recorded", "words.npz", "pass"],
    ]);
  });

  it("are wanted from a file where there is none, and checked where there is one", async () => {
    const path = await write("yes-no.onnx", yesNo());
    await expect(compare(path)).rejects.toMatchObject({
      code: "E_INPUT_STRINGS",
      what: expect.stringContaining("the input s"),
      fix: expect.stringContaining("--inputs FILE.json"),
    });
    const file = join(folder, "numbers.json");
    await writeFile(file, JSON.stringify({ s: [1, 2] }));
    await expect(compare(path, { inputs: file })).rejects.toMatchObject({ code: "E_INPUT_JSON" });
    await writeFile(file, JSON.stringify({ t: ["yes"] }));
    await expect(compare(path, { inputs: file })).rejects.toMatchObject({ code: "E_INPUT_NAME" });
    await writeFile(file, JSON.stringify({ s: ["yes", ["no"]] }));
    await expect(compare(path, { inputs: file })).rejects.toMatchObject({ code: "E_INPUT_JSON" });
  });
});

describe("pictures of a folder", () => {
  it("become what the model takes, by a named normalization, channels first and last", async () => {
    const pictures = join(folder, "pictures");
    await mkdir(pictures);
    // One color alone: no way of resizing changes it.
    const color = { r: 255, g: 51, b: 0 };
    await sharp({ create: { width: 9, height: 7, channels: 3, background: color } })
      .png()
      .toFile(join(pictures, "one.png"));
    const right = {
      none: [255, 51, 0],
      "0..1": [1, 0.2, 0],
      "-1..1": [1, -0.6, -1],
      // torchvision's documentation: mean 0.485, 0.456, 0.406, deviation 0.229, 0.224, 0.225.
      imagenet: [(1 - 0.485) / 0.229, (0.2 - 0.456) / 0.224, -0.406 / 0.225],
    } as const;
    for (const dims of [
      ["n", 3, 4, 5],
      ["n", 4, 5, 3],
    ] as const) {
      const first = dims[1] === 3;
      const axes = first ? [2n, 3n] : [1n, 2n];
      const node = makeNode("ReduceMax", ["x"], ["y"], { attributes: { axes, keepdims: 0n } });
      const path = await write(
        "pictures.onnx",
        model([node], [info("x", "float32", [...dims])], [info("y", "float32", ["n", 3])]),
      );
      for (const [name, values] of Object.entries(right)) {
        const expected = join(folder, "colors.npz");
        await writeFile(expected, writeNpz({ y: tensor("float32", Float32Array.from(values), [1, 3]) }));
        const report = await compare(path, {
          inputs: pictures,
          pictures: name as keyof typeof right,
          expected,
          runtimes: ["node-cpu"],
          tolerance: { atol: 1e-6, rtol: 0 },
        });
        expect([name, first, report.verdict]).toEqual([name, first, "pass"]);
        expect(report.inputs.source).toContain(
          `${first ? "channels first" : "channels last"}, normalized ${name}`,
        );
      }
    }
  });

  it("are refused for a model that takes no picture", async () => {
    const path = await write(
      "row.onnx",
      model(
        [makeNode("Relu", ["x"], ["y"])],
        [info("x", "float32", ["n", 3])],
        [info("y", "float32", ["n", 3])],
      ),
    );
    await expect(compare(path, { inputs: join(folder, "pictures") })).rejects.toMatchObject({
      code: "E_PICTURE_INPUT",
    });
  });
});

describe("--steps", () => {
  /** A leaky sum: y = x + state, the next state half of it. */
  const leaky = () =>
    model(
      [makeNode("Add", ["x", "state"], ["y"]), makeNode("Mul", ["y", "half"], ["stateN"])],
      [info("x", "float32", [1, 3]), info("state", "float32", [1, 3])],
      [info("y", "float32", [1, 3]), info("stateN", "float32", [1, 3])],
      [floats("half", [0.5], [])],
    );

  it("feeds outputs back: every step is what the model gives, run step by step", async () => {
    const made = leaky();
    const steps = 6;
    const x = Float32Array.from({ length: steps * 3 }, (_, i) => Math.sin(i));
    const path = await write("leaky.onnx", made);
    const inputs = join(folder, "steps.npz");
    await writeFile(
      inputs,
      writeNpz({
        x: tensor("float32", x, [steps, 1, 3]),
        state: tensor("float32", Float32Array.of(1, 2, 3), [1, 3]),
      }),
    );
    const report = await compare(path, { inputs, steps });
    expect(checked(report, parityReportSchema, "report")).toEqual(report);
    expect(report).toMatchObject({
      verdict: "pass",
      steps: { count: steps, state: [{ output: "stateN", input: "state" }] },
    });
    // The oracle: the reference on the model itself, its state carried by hand.
    let state: Float64Array = Float64Array.of(1, 2, 3);
    const right: Float64Array[] = [];
    for (let step = 0; step < steps; step++) {
      const { outputs } = interpret(made, {
        x: { dtype: "float32", dims: [1, 3], data: Float64Array.from(x.subarray(step * 3, step * 3 + 3)) },
        state: { dtype: "float32", dims: [1, 3], data: state },
      });
      state = outputs.get("stateN")?.data as Float64Array;
      right.push(outputs.get("y")?.data as Float64Array);
    }
    const { stepInputs } = await import("./steps/step-inputs.js");
    const { unroll } = await import("./steps/unroll.js");
    const link = [{ output: "stateN", input: "state" }];
    const given = stepInputs(
      made,
      {
        source: "",
        tensors: {
          x: tensor("float32", x, [steps, 1, 3]),
          state: tensor("float32", Float32Array.of(1, 2, 3), [1, 3]),
        },
      },
      { steps, state: link },
    );
    const feeds = Object.entries(given.tensors).map(([name, { dims, data }]) => [
      name,
      { dtype: "float32" as const, dims: [...dims], data: Float64Array.from(data as Float32Array) },
    ]);
    const whole = interpret(unroll(made, steps, link), Object.fromEntries(feeds)).outputs;
    for (const [step, values] of right.entries()) expect(whole.get(`y@${step + 1}`)?.data).toEqual(values);
    const drift = report.steps?.drift.filter(({ runtime }) => runtime === "node-cpu") ?? [];
    expect(drift.map(({ output, maxAbs, firstBeyond }) => [output, maxAbs.length, firstBeyond])).toEqual([
      ["y", steps, null],
      ["stateN", steps, null],
    ]);
  });

  it("shows at which step a runtime leaves its bound, and fails it", async () => {
    const path = await write("leaky.onnx", leaky());
    const { runnerOf } = await import("./runners/index.js");
    const cpu = runnerOf("node-cpu");
    const wrong = {
      ...fake("web-wasm"),
      run: async (job: Parameters<typeof cpu.run>[0]) => {
        const ran = await cpu.run(job);
        // A fault that only the third step shows.
        const value = ran.outputs["y@3"] as Tensor<"float32">;
        value.data[0] = (value.data[0] as number) + 0.01;
        return ran;
      },
    };
    const report = await parity({ model: path, steps: 5, runners: [runnerOf("reference"), cpu, wrong] });
    expect(report.verdict).toBe("fail");
    const found = report.steps?.drift.find(({ runtime, output }) => runtime === "web-wasm" && output === "y");
    expect(found?.firstBeyond).toBe(3);
    expect(
      report.cells.find(({ runtime }) => runtime === "web-wasm")?.outputs.map(({ name }) => name),
    ).toEqual(["y", "stateN"]);
  });

  it("carries a state through a branch, and a cache that grows", async () => {
    const body = (name: string, op: string) =>
      makeGraph([makeNode(op, ["state"], [name])], name, [], [info(name, "float32", [1, 3])]);
    const If = makeNode("If", ["flag"], ["chosen"]);
    If.attribute.push(
      ...(["then_branch", "else_branch"] as const).map((name, i) => {
        return create(AttributeProtoSchema, { name, type: 5, g: body(name, i === 0 ? "Neg" : "Exp") });
      }),
    );
    const branching = model(
      [If, makeNode("Add", ["chosen", "x"], ["state_out"])],
      [info("x", "float32", [1, 3]), info("state", "float32", [1, 3]), info("flag", "bool", [])],
      [info("state_out", "float32", [1, 3])],
    );
    const branched = await compare(await write("if.onnx", branching), { steps: 4 });
    expect([branched.verdict, ...branched.cells.map(({ reason }) => reason)]).toEqual(["pass", null, null]);
    const cache = model(
      [makeNode("Concat", ["past_key_values.0.key", "x"], ["present.0.key"], { attributes: { axis: 1n } })],
      [info("x", "float32", [1, 1, 2]), info("past_key_values.0.key", "float32", [1, "past", 2])],
      [info("present.0.key", "float32", [1, "total", 2])],
    );
    const report = await compare(await write("cache.onnx", cache), { steps: 3, shapes: { past: 1 } });
    expect(report).toMatchObject({
      verdict: "pass",
      steps: { state: [{ output: "present.0.key", input: "past_key_values.0.key" }] },
    });
  });

  it("is refused where nothing looks like a state, and takes links by name", async () => {
    const path = await write(
      "stateless.onnx",
      model([makeNode("Exp", ["x"], ["y"])], [info("x", "float32", [2])], [info("y", "float32", [2])]),
    );
    await expect(compare(path, { steps: 2 })).rejects.toMatchObject({
      code: "E_STATE",
      fix: expect.stringContaining("--state"),
    });
    expect((await compare(path, { steps: 2, state: ["y=x"], fills: { x: -1 } })).verdict).toBe("pass");
    await expect(compare(path, { steps: 2, state: ["x=y"] })).rejects.toMatchObject({ code: "E_STATE" });
  });
});

describe("--expected", () => {
  const relu = () =>
    model(
      [makeNode("Relu", ["x"], ["y"])],
      [info("x", "float32", ["n", 2])],
      [info("y", "float32", ["n", 2])],
    );
  const x = tensor("float32", Float32Array.of(-1, 2, 3, -4), [2, 2]);
  const outputs = async (values: number[], dtype: "float32" | "float64" = "float64", name = "y") => {
    const file = join(folder, "outputs.npz");
    const data =
      dtype === "float64"
        ? tensor("float64", Float64Array.from(values), [2, 2])
        : tensor("float32", Float32Array.from(values), [2, 2]);
    await writeFile(file, writeNpz({ [name]: data }));
    return file;
  };

  it("is a column of kernels of its own, judged as the others are", async () => {
    const path = await write("relu.onnx", relu());
    const good = await compare(path, { inputs: { x }, expected: await outputs([0, 2, 3, 0]) });
    expect(good).toMatchObject({
      verdict: "pass",
      cells: [{}, {}, { runtime: "recorded", kernels: "recorded", status: "pass", samples: 2 }],
    });
    const bad = await compare(path, { inputs: { x }, expected: await outputs([0, 2, 3.001, 0]) });
    expect(bad).toMatchObject({
      verdict: "fail",
      cells: [{ status: "pass" }, { status: "pass" }, { status: "fail" }],
    });
  });

  it("refuses outputs that are missing, and outputs of inputs that are made up here", async () => {
    const two = model(
      [makeNode("Relu", ["x"], ["y"]), makeNode("Neg", ["x"], ["z"])],
      [info("x", "float32", ["n", 2])],
      [info("y", "float32", ["n", 2]), info("z", "float32", ["n", 2])],
    );
    const path = await write("two.onnx", two);
    await expect(
      compare(path, { inputs: { x }, expected: await outputs([0, 2, 3, 0]) }),
    ).rejects.toMatchObject({ code: "E_EXPECTED" });
    const one = await write("relu.onnx", relu());
    await expect(compare(one, { expected: await outputs([0, 2, 3, 0]) })).rejects.toMatchObject({
      code: "E_EXPECTED",
    });
  });
});

describe("toHaveParity", () => {
  const relu = () =>
    model(
      [makeNode("Relu", ["x"], ["y"])],
      [info("x", "float32", ["n", 2])],
      [info("y", "float32", ["n", 2])],
    );
  const matchers = (path: string) =>
    expect(path) as unknown as {
      toHaveParity(o?: object): Promise<void>;
      not: { toHaveParity(o?: object): Promise<void> };
    };

  it("passes where all agree, and fails for what was not compared, also under not", async () => {
    const path = await write("relu.onnx", relu());
    await matchers(path).toHaveParity({ runtimes, samples: 4 });
    await expect(matchers(path).toHaveParity({ runtimes: ["node-cpu"] })).rejects.toThrow(/inconclusive/);
    await expect(matchers(path).not.toHaveParity({ runtimes: ["node-cpu"] })).rejects.toThrow(/inconclusive/);
    await expect(matchers(join(folder, "none.onnx")).toHaveParity()).rejects.toThrow(/could not be compared/);
    const { runnerOf } = await import("./runners/index.js");
    const reference = runnerOf("reference");
    const wrong = {
      ...runnerOf("node-cpu"),
      run: async (job: Parameters<typeof reference.run>[0]) => ({
        ...(await reference.run({
          ...job,
          inputs: { x: tensor("float32", new Float32Array(8).fill(9), [4, 2]) },
        })),
        bounds: {},
      }),
    };
    const options = { runners: [reference, wrong], samples: 4 };
    await expect(matchers(path).toHaveParity(options)).rejects.toThrow(/fail/);
    await matchers(path).not.toHaveParity(options);
  });
});
