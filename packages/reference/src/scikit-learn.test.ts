import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { decodeModel } from "@congruent/onnx";
import { describe, expect, it } from "@jest/globals";
import { interpret } from "./interpret.js";
import { type Value, value } from "./value.js";

interface Case {
  name: string;
  input: { name: string; dtype: "float32" | "int64"; dims: number[]; data: (number | null)[] };
  outputs: string[];
  operators: string[];
  /** What scikit-learn gives, in the order of the outputs; null for what it does not give. */
  expected: ({ dims: number[]; data: (number | string)[] } | null)[];
}

/** Models of scikit-learn, converted by skl2onnx, with scikit-learn's own predictions: written by fixtures/record-scikit-learn.py. */
const folder = join(__dirname, "../fixtures/scikit-learn");
const cases: Case[] = JSON.parse(readFileSync(join(folder, "cases.json"), "utf8"));

function run({ name, input }: Case): Map<string, Value> {
  const data =
    input.dtype === "int64"
      ? BigInt64Array.from(input.data, (each) => BigInt(each as number))
      : Float64Array.from(input.data, (each) => each ?? Number.NaN);
  const model = decodeModel(readFileSync(join(folder, `${name}.onnx`)));
  return interpret(model, { [input.name]: value(input.dtype, data, input.dims) }).outputs;
}

describe("models of scikit-learn", () => {
  it.each(cases)("$name", (each) => {
    const outputs = run(each);
    each.expected.forEach((wanted, i) => {
      if (!wanted) return;
      const got = outputs.get(each.outputs[i] as string) as Value;
      expect(got.dims).toEqual(wanted.dims);
      if (typeof got.data[0] !== "number") {
        expect(Array.from(got.data as string[], String)).toEqual(wanted.data.map(String));
        return;
      }
      const off = wanted.data.map((right, k) => Math.abs(Number(right) - (got.data[k] as number)));
      const scale = Math.max(1, ...wanted.data.map((right) => Math.abs(Number(right))));
      // skl2onnx writes coefficients as float32, each off by up to 2^-24 of itself; scikit-learn computes in float64.
      expect(Math.max(...off)).toBeLessThan(scale * 2 ** -20);
    });
  });

  it("are all there, and use every operator of the families that skl2onnx is known for", () => {
    const files = readdirSync(folder).filter((file) => file.endsWith(".onnx"));
    expect(files.toSorted()).toEqual(cases.map(({ name }) => `${name}.onnx`).toSorted());
    const used = new Set(cases.flatMap(({ operators }) => operators));
    const families = [
      "LinearClassifier",
      "LinearRegressor",
      "SVMClassifier",
      "SVMRegressor",
      "TreeEnsembleClassifier",
    ];
    const others = [
      "TreeEnsembleRegressor",
      "Normalizer",
      "Scaler",
      "ArrayFeatureExtractor",
      "ZipMap",
      "Imputer",
    ];
    for (const name of [...families, ...others, "OneHotEncoder", "Binarizer"])
      expect(used).toContain(`ai.onnx.ml.${name}`);
  });

  it("keep the names of ZipMap's columns", () => {
    const zipped = cases.find(({ name }) => name === "zipmap") as Case;
    expect(run(zipped).get(zipped.outputs[1] as string)?.keys).toEqual(["setosa", "versicolor", "virginica"]);
  });
});
