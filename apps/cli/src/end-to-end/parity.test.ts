import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { againstReportSchema, parityReportSchema } from "@congruent/core/schemas";
import { timeLimits } from "@congruent/core/testing";
import { writeNpz } from "@congruent/datasets";
import { encodeModel, makeGraph, makeModel, makeNode, makeTensorValueInfo } from "@congruent/onnx";
import { readModel } from "@congruent/onnx/files";
import { describe, expect, it, jest } from "@jest/globals";
import { commandLine } from "../testing/command-line.js";

jest.setTimeout(timeLimits.programs);

const home = fileURLToPath(new URL("../../../../", import.meta.url));
const lenet = join(home, "models", "lenet", "model.onnx");
const { at, congruent, expectError } = commandLine();

describe("the verbs on LeNet", () => {
  it("parity of any model: random inputs, or an .npz file, in Node alone", async () => {
    const graph = makeGraph(
      [makeNode("Add", ["x", "x"], ["y"])],
      "double",
      [makeTensorValueInfo("x", "float32", ["n", 3])],
      [makeTensorValueInfo("y", "float32", ["n", 3])],
    );
    await writeFile(at("double.onnx"), encodeModel(makeModel(graph)));
    const alone = ["--runtimes", "node-cpu", "--json"];
    const random = await congruent("parity", "double.onnx", "--inputs", "random", ...alone);
    expect(random.exitCode).toBe(1);
    expect(JSON.parse(random.stdout)).toMatchObject({ verdict: "inconclusive", inputs: { samples: 100 } });
    const x = { data: Float32Array.of(1, 2, 3), dims: [1, 3], dtype: "float32" as const };
    await writeFile(at("x.npz"), writeNpz({ x }));
    const given = await congruent("parity", "double.onnx", "--inputs", "x.npz", ...alone);
    expect(JSON.parse(given.stdout)).toMatchObject({
      verdict: "inconclusive",
      inputs: { source: "x.npz", samples: 1 },
    });
  });

  it("parity --against names the changed node by its name in the file, in every report", async () => {
    const { model } = await readModel(lenet);
    const conv = model.graph?.node.filter(({ opType }) => opType === "Conv")[1];
    const weights = model.graph?.initializer.find(({ name }) => name === conv?.input[1]);
    if (!conv || !weights) throw new Error("LeNet has a second convolution with weights");
    const { buffer, byteOffset } = weights.rawData;
    new DataView(buffer, byteOffset).setFloat32(0, 9, true);
    await writeFile(at("mutated.onnx"), encodeModel(model));
    const asked = ["parity", lenet, "--against", "mutated.onnx", "--samples", "20"];
    const reports = ["--report", "against.html", "--report", "against.md"];
    const { exitCode, stdout } = await congruent(...asked, ...reports, "--json");
    expect(exitCode).toBe(1);
    const { changes, verdict, runtimes } = againstReportSchema.parse(JSON.parse(stdout));
    expect(changes).toMatchObject([{ kind: "weight", node: conv.name, opType: "Conv" }]);
    expect(verdict).toBe("fail");
    expect(runtimes).toMatchObject([{ runtime: "node-cpu", status: "fail" }]);
    for (const file of ["against.html", "against.md"]) {
      expect(await readFile(at(file), "utf8")).toContain(conv.name);
    }
    const same = await congruent("parity", lenet, "--against", lenet, "--samples", "20");
    expect(same).toMatchObject({ exitCode: 0, stdout: expect.stringContaining("no node differs") });
    const both = ["parity", lenet, "--against", "mutated.onnx", "--sweep", "threads"];
    await expectError(both, "E_USAGE", 2);
  }, 600_000);

  it("parity --baseline holds where nothing got worse, and never without a comparison", async () => {
    const run = (runtimes: string, ...more: string[]) =>
      congruent("parity", lenet, "--samples", "2", "--runtimes", runtimes, ...more);
    await run("reference,node-cpu", "--report", "older.json");
    const held = await run("reference,node-cpu", "--baseline", "older.json");
    expect(held).toMatchObject({ exitCode: 0, stdout: expect.stringContaining("nothing is worse") });
    const alone = await run("node-cpu", "--baseline", "older.json");
    expect(alone).toMatchObject({ exitCode: 1, stdout: expect.stringContaining("inconclusive") });
  });

  it("parity --sample-limit lets the reference take more or fewer samples than it would", async () => {
    const limited = ["--samples", "20", "--runtimes", "reference,node-cpu", "--sample-limit"];
    const { stdout } = await congruent("parity", lenet, ...limited, "reference=7", "--json");
    const { cells } = parityReportSchema.parse(JSON.parse(stdout));
    expect(cells.map(({ runtime, samples }) => [runtime, samples])).toEqual([
      ["reference", 7],
      ["node-cpu", 20],
    ]);
    await expectError(["parity", lenet, "--sample-limit", "reference"], "E_USAGE", 2);
    await expectError(["parity", lenet, "--sample-limit", "webgl=3"], "E_RUNTIME_NAME", 2);
  });

  it("parity --sweep shapes runs a model on other shapes, and refuses one that has none", async () => {
    const double = (first: string | number) =>
      makeModel(
        makeGraph(
          [makeNode("Add", ["x", "x"], ["y"])],
          "double",
          [makeTensorValueInfo("x", "float32", [first, 3])],
          [makeTensorValueInfo("y", "float32", [first, 3])],
        ),
      );
    await writeFile(at("free.onnx"), encodeModel(double("n")));
    await writeFile(at("fixed.onnx"), encodeModel(double(2)));
    const swept = ["--sweep", "shapes", "--runtimes", "reference,node-cpu"];
    const { exitCode, stdout } = await congruent("parity", "free.onnx", ...swept, "--json");
    expect(exitCode).toBe(0);
    expect(parityReportSchema.parse(JSON.parse(stdout)).sweeps).toMatchObject([
      { axis: "shapes", runtime: "node-cpu", because: "right on 4 of 4 shapes" },
    ]);
    await expectError(["parity", "fixed.onnx", ...swept], "E_SWEEP", 2);
  }, 600_000);
});
