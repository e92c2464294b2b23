/** @needs tensorflow */
import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { rows } from "@congruent/core";
import { dataInspectionSchema } from "@congruent/core/schemas";
import { timeLimits } from "@congruent/core/testing";
import { type Dataset, loadDataset, writeDataset } from "@congruent/datasets";
import { beforeAll, describe, expect, it, jest } from "@jest/globals";
import { commandLine } from "../testing/command-line.js";

jest.setTimeout(timeLimits.programs);

const models = fileURLToPath(new URL("../../../../models/", import.meta.url));
const lenet = join(models, "lenet", "model.onnx");

const { at, congruent } = commandLine();
let small: Dataset;
beforeAll(async () => {
  const mnist = await loadDataset("mnist");
  const first = ({ images, labels }: Dataset["test"], count: number) => ({
    images: rows(images, 0, count),
    labels: labels.subarray(0, count),
  });
  small = { ...mnist, train: first(mnist.train, 300), test: first(mnist.test, 200) };
  await writeDataset(small, { format: "csv", directory: at("digits"), name: "digits" });
  await writeDataset(small, { format: "npz", directory: at("keras") });
});

const json = async <T>(...args: string[]): Promise<T> => {
  const { exitCode, stdout, stderr } = await congruent(...args, "--json");
  expect({ exitCode, stderr }).toMatchObject({ exitCode: 0 });
  return JSON.parse(stdout) as T;
};

describe("congruent data", () => {
  it("write and inspect: the same images in a folder of CSV files", async () => {
    const written = await json<{ files: unknown[] }>(
      "data",
      "write",
      "digits",
      "--format",
      "idx",
      "--out",
      "again",
    );
    expect(written.files.length).toBe(4);
    const found = dataInspectionSchema.parse(await json("data", "inspect", "again", "--head", "1"));
    expect(found).toMatchObject({
      kind: "dataset",
      name: "digits-idx",
      train: { shape: [300, 28, 28, 1], missing: { total: 0 } },
      test: { shape: [200, 28, 28, 1], head: [{ label: 7 }] },
    });
  });

  it("inspect: one CSV file, with what is missing, as text and as every kind of report", async () => {
    await writeFile(at("gaps.csv"), "digit,a,b,c,d\n1,0,,7,255\n0,1,2,3,4\n");
    for (const ending of ["html", "md", "xml", "json"]) {
      const { exitCode, stdout } = await congruent(
        ...["data", "inspect", "gaps.csv", "--label-column", "digit", "--report", `gaps.${ending}`],
      );
      expect(exitCode).toBe(0);
      expect(stdout).toMatch(/^gaps\.csv\n\nValues are missing in 1 array of 1\./);
      expect(stdout).toContain("images: 1 value missing (by column b: 1), first in row 1, column 3");
      expect(stdout).toMatch(/1 {4}1 {6}0 {7}0 {7}7 {7}255 {5}2/);
      expect(await readFile(at(`gaps.${ending}`), "utf8")).toContain("missing");
    }
  });

  it.each([
    [["inspect", "digits/train.csv", "--label-column", "digit"], "E_CSV_COLUMN"],
    [["inspect", "keras/dataset.npz", "--size", "7x7"], "E_INSPECT_OPTION"],
    [["inspect", "nowhere/train.csv"], "E_DATASET_PATH"],
    [["inspect", "digits.txt"], "E_DATASET_UNKNOWN"],
    [["write", "digits", "--format", "npz", "--out", "x", "--header"], "E_WRITE_OPTION"],
    [
      ["write", "mnist", "--format", "csv", "--out", "x", "--subset", join(models, "lenet")],
      "E_WRITE_OPTION",
    ],
    [["write", "digits", "--format", "csv", "--out", "digits/train.csv/x"], "E_WRITE"],
  ])("data %s ends with a coded error", async (args, code) => {
    const { exitCode, stdout, stderr } = await congruent("data", ...(args as string[]));
    expect({ exitCode, stdout, stderr }).toMatchObject({
      exitCode: 2,
      stdout: "",
      stderr: expect.stringContaining(`error ${code}:`),
    });
  });
});

describe("a data set of CSV files", () => {
  it("is what a model is evaluated on, and compared on", async () => {
    const own = await json<{ accuracy: number }>("evaluate", lenet, "--limit", "200");
    for (const path of ["digits", "keras/dataset.npz", "digits/train.csv,digits/test.csv"]) {
      const found = await json<{ accuracy: number; dataset: object }>("evaluate", lenet, "--dataset", path);
      expect(found).toMatchObject({ accuracy: own.accuracy, dataset: { samples: 200, split: "test" } });
    }
    for (const path of ["digits", "keras/dataset.npz"]) {
      const found = await congruent(
        "parity",
        lenet,
        "--inputs",
        path,
        "--samples",
        "5",
        "--runtimes",
        "reference,node-cpu",
        "--json",
      );
      expect(JSON.parse(found.stdout)).toMatchObject({
        inputs: { samples: 5, source: expect.stringMatching(/ test$/) },
      });
    }
  }, 120_000);

  it("is what a model is trained on: its hashes stand in the run, and the model finds it again", async () => {
    const recipe = join(models, "mlp512", "recipe.json");
    await json("train", recipe, "--set", "dataset=digits", "--epochs", "1", "--out", "run");
    const environment = JSON.parse(await readFile(at("run", "environment.json"), "utf8"));
    const { sha256 } = JSON.parse(await readFile(at("digits", "dataset.json"), "utf8"));
    expect(environment.dataset).toMatchObject({ name: "digits", sha256, test: 200 });
    const layers = await json<{ layers: unknown[] }>("summary", at("run", "recipe.json"));
    expect(layers.layers.length).toBeGreaterThan(2);
  }, 120_000);
});
