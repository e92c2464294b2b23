import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DTYPES } from "@congruent/core";
import { timeLimits } from "@congruent/core/testing";
import { encodeModel, makeGraph, makeModel, makeNode, makeTensorValueInfo } from "@congruent/onnx";
import { afterAll, beforeAll, expect, it, jest } from "@jest/globals";
import { runParity } from "../run-parity.js";
import { generateInputs } from "./index.js";

jest.setTimeout(timeLimits.programs);

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "congruent-dtypes-"));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

it("every element type goes through a runtime and the reference unchanged", async () => {
  const values = (letter: string) =>
    DTYPES.map((dtype) => makeTensorValueInfo(`${letter}_${dtype}`, dtype, ["n", 6]));
  const nodes = DTYPES.map((dtype) => makeNode("Identity", [`x_${dtype}`], [`y_${dtype}`]));
  const model = makeModel(makeGraph(nodes, "g", values("x"), values("y")));
  const modelPath = join(folder, "all.onnx");
  await writeFile(modelPath, encodeModel(model));
  const report = await runParity({
    modelPath,
    inputs: generateInputs(model, { seed: 1, samples: 4 }),
    runtimes: ["reference", "node-cpu"],
  });
  expect(report.cells.map(({ status, reason }) => [status, reason])).toEqual([
    ["pass", null],
    ["pass", null],
  ]);
  expect(report.cells[1]?.outputs.length).toBe(DTYPES.length);
});

it("rounds half precision as ONNX Runtime does", async () => {
  const value = (name: string) => makeTensorValueInfo(name, "float16", ["n", 50]);
  const model = makeModel(makeGraph([makeNode("Mul", ["x", "x"], ["y"])], "g", [value("x")], [value("y")]));
  const modelPath = join(folder, "half.onnx");
  await writeFile(modelPath, encodeModel(model));
  const report = await runParity({
    modelPath,
    inputs: generateInputs(model, { seed: 1, samples: 20, fills: ["normal:0,10"] }),
    runtimes: ["reference", "node-cpu"],
  });
  expect(report.cells.map(({ status, reason }) => [status, reason])).toEqual([
    ["pass", null],
    ["pass", null],
  ]);
});
