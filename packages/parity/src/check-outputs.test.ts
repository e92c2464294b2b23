/**
 * Oracle: the command that the error recommends, run by Python's onnx, gives a file that is taken.
 *
 * @needs export
 */

import { copyFile, mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { CongruentError, tensor } from "@congruent/core";
import { timeLimits } from "@congruent/core/testing";
import { decodeModel } from "@congruent/onnx";
import { tinyClassifier } from "@congruent/onnx/testing";
import { load } from "@congruent/runtime";
import { runPython } from "@congruent/toolchain";
import { expect, it, jest } from "@jest/globals";
import { checkOutputs } from "./check-outputs.js";

jest.setTimeout(timeLimits.training);

const fixture = (name: string) =>
  fileURLToPath(new URL(`../../reference/fixtures/scikit-learn/${name}.onnx`, import.meta.url));

it("takes outputs that are tensors of numbers", async () => {
  expect(() => checkOutputs(tinyClassifier().model, "m.onnx")).not.toThrow();
});

it("refuses ZipMap's maps and names of classes, and says how to get the numbers out of the file", async () => {
  const directory = await mkdtemp(join(tmpdir(), "check-outputs-"));
  const path = join(directory, "model.onnx");
  await copyFile(fixture("zipmap"), path);
  let error: unknown;
  try {
    checkOutputs(decodeModel(await readFile(path)), path);
  } catch (thrown) {
    error = thrown;
  }
  if (!(error instanceof CongruentError)) throw error;
  expect(error).toMatchObject({ code: "E_OUTPUT_TYPE", exit: 2 });
  expect(error.what).toMatch(
    /output_label is a tensor of string, output_probability is a sequence \(ZipMap\)/,
  );
  expect(error.fix).toContain('options={"zipmap": False}');
  const [, program = ""] = /python -c '(.*)'/.exec(error.fix ?? "") ?? [];
  await runPython({ environment: "export", args: ["-c", program], timeoutMs: 150_000 });
  const numbers = await readFile(join(directory, "model.numbers.onnx"));
  const cut = decodeModel(numbers);
  expect(() => checkOutputs(cut, "cut")).not.toThrow();
  // A runtime runs it, and the numbers are those of the classifier.
  const model = await load(numbers);
  const { probabilities } = await model.run({ X: tensor("float32", Float32Array.of(5, 3, 1, 0.2), [1, 4]) });
  await model.close();
  if (probabilities?.dtype !== "float32") throw new Error("no probabilities");
  expect(probabilities.dims).toEqual([1, 3]);
  expect(probabilities.data.reduce((sum, p) => sum + p, 0)).toBeCloseTo(1, 6);
  await rm(directory, { recursive: true });
});
