import { readFileSync } from "node:fs";
import { join } from "node:path";
import { type DType, tensor, tensorFromBytes } from "@congruent/core";
import { decodeModel, makeGraph, makeModel, makeNode, makeTensorValueInfo } from "@congruent/onnx";
import { TINY_WEIGHTS, tinyClassifier, tinyProbabilities } from "@congruent/onnx/testing";
import { describe, expect, it } from "@jest/globals";
import { interpret, prepare, runNode } from "./interpret.js";
import { toTensor, type Value, value } from "./value.js";

const pixels = tensor(
  "float32",
  Float32Array.from({ length: 12 }, (_, i) => (i * 53) % 256),
  [3, 2, 2, 1],
);

describe("interpret", () => {
  it("computes in double precision: the formula to the last bits, far below float32's", () => {
    const { outputs } = interpret(tinyClassifier().model, { pixels });
    const probabilities = outputs.get("probabilities") as Value;
    expect(probabilities).toMatchObject({ dtype: "float32", dims: [3, 3] });
    for (let n = 0; n < 3; n++) {
      tinyProbabilities(pixels.data.subarray(n * 4, n * 4 + 4) as Float32Array).forEach((wanted, k) => {
        // A handful of double roundings of values up to 1.
        expect(Math.abs((probabilities.data[n * 3 + k] as number) - wanted)).toBeLessThan(2 ** -50);
      });
    }
    expect(outputs.get("label")).toMatchObject({ dtype: "int64", dims: [3] });
  });

  it("hands back what is asked to be kept, weights and inputs too, and nothing else", () => {
    const { model } = tinyClassifier();
    expect([...interpret(model, { pixels }).values.keys()]).toEqual([]);
    expect([...interpret(model, { pixels }, { keep: ["logits"] }).values.keys()]).toEqual(["logits"]);
    const { values } = interpret(model, { pixels }, { keep: "all" });
    expect([...values.keys()].toSorted()).toEqual(
      ["W", "flat", "label", "logits", "pixels", "probabilities", "scale", "unit"].toSorted(),
    );
    expect(values.get("W")?.data).toEqual(Float64Array.from(TINY_WEIGHTS));
  });

  it("shows every node with what it took and gave, and runs any of them alone", () => {
    const interpreter = prepare(tinyClassifier().model);
    const seen: string[] = [];
    interpreter.run(
      { pixels },
      {
        onNode: (node, index, inputs, outputs) => {
          seen.push(node.opType);
          expect(interpreter.runNode(index, inputs)).toEqual(outputs);
        },
      },
    );
    expect(seen).toEqual(["Div", "Flatten", "MatMul", "Softmax", "ArgMax"]);
  });

  it("takes values that are more precise than the declared type", () => {
    const x = makeTensorValueInfo("x", "float32", [1]);
    const y = makeTensorValueInfo("y", "float32", [1]);
    const model = makeModel(makeGraph([makeNode("Identity", ["x"], ["y"])], "same", [x], [y]));
    const third = value("float32", Float64Array.of(1 / 3), [1]);
    expect(interpret(model, { x: third }).outputs.get("y")?.data).toEqual(Float64Array.of(1 / 3));
  });

  it("agrees with the outputs recorded in LeNet's passport", () => {
    const folder = join(__dirname, "../../../models/lenet");
    const { golden } = JSON.parse(readFileSync(join(folder, "model.passport.json"), "utf8"));
    const recorded = ({ base64, dtype, dims }: { base64: string; dtype: DType; dims: number[] }) =>
      tensorFromBytes(Buffer.from(base64, "base64"), dtype, dims);
    const { outputs } = interpret(decodeModel(readFileSync(join(folder, "model.onnx"))), {
      pixels: recorded(golden.inputs.pixels),
    });
    const probabilities = outputs.get("probabilities") as Value;
    const wanted = recorded(golden.outputs.probabilities).data as Float32Array;
    // What ONNX Runtime's float32 arithmetic may be off by over LeNet's layers; a wrong layer is off by far more.
    expect(
      Math.max(...Array.from(wanted, (each, i) => Math.abs(each - (probabilities.data[i] as number)))),
    ).toBeLessThan(2e-6);
    expect(outputs.get("label")?.data).toEqual(recorded(golden.outputs.label).data);
  });
});

describe("what is refused", () => {
  const x = makeTensorValueInfo("x", "float32", [2]);
  const y = makeTensorValueInfo("y", "float32", [2]);
  const feeds = { x: tensor("float32", Float32Array.of(-1, 2), [2]) };
  const relu = makeNode("Relu", ["x"], ["y"], { name: "act" });
  const modelOf = (node = relu, opset = 17) => makeModel(makeGraph([node], "one", [x], [y]), { opset });

  it.each([
    [
      "an unknown operator",
      modelOf(makeNode("Rectify", ["x"], ["y"], { name: "act" })),
      feeds,
      "E_OPERATOR",
      /Rectify "act"/,
    ],
    [
      "an operator of a later opset",
      modelOf(makeNode("Gelu", ["x"], ["y"]), 19),
      feeds,
      "E_OPERATOR",
      /Gelu "y".*opset 19/,
    ],
    [
      "an operator of an opset before 7",
      modelOf(makeNode("Add", ["x", "x"], ["y"]), 6),
      feeds,
      "E_OPERATOR",
      /Add "y".*opset 6/,
    ],
    ["an opset of the future", modelOf(relu, 99), feeds, "E_OPSET", /version 99/],
    [
      "a domain that is not imported",
      modelOf(makeNode("Relu", ["x"], ["y"], { domain: "com.example" })),
      feeds,
      "E_OPSET",
      /com\.example/,
    ],
    ["a missing input", modelOf(), {}, "E_INPUT_NAME", /x was not given/],
    ["an input too many", modelOf(), { ...feeds, z: feeds.x }, "E_INPUT_NAME", /no input z/],
    ["a value that nothing gives", modelOf(makeNode("Relu", ["w"], ["y"])), feeds, "E_GRAPH_VALUE", /"w"/],
    [
      "types that do not match",
      modelOf(makeNode("Erf", ["x"], ["y"])),
      { x: tensor("int32", Int32Array.of(1, 2), [2]) },
      "E_NODE_DTYPE",
      /Erf "y"/,
    ],
    [
      "a value of absurd size",
      modelOf(makeNode("Tile", ["x", "x"], ["y"])),
      { x: tensor("float32", Float32Array.of(2 ** 30), [1]) },
      "E_VALUE_SIZE",
      /Tile "y": a value of 1073741824/,
    ],
  ])("%s", (_, model, given, code, what) => {
    expect(() => interpret(model, given as typeof feeds)).toThrow(
      expect.objectContaining({ code, message: expect.stringMatching(what) }),
    );
  });

  it("a value beyond the caller's own limit", () => {
    expect(() => interpret(modelOf(), feeds, { maxElements: 1 })).toThrow(
      expect.objectContaining({ code: "E_VALUE_SIZE" }),
    );
  });
});

describe("runNode", () => {
  it("follows the opset: Softmax over all trailing axes before 13, over one since", () => {
    const softmax = makeNode("Softmax", ["x"], ["y"], { attributes: { axis: 1n } });
    const x = value("float32", new Float64Array(4), [1, 2, 2]);
    expect(runNode(softmax, [x], { "": 12 })[0]?.data).toEqual(Float64Array.of(0.25, 0.25, 0.25, 0.25));
    expect(runNode(softmax, [x], { "": 13 })[0]?.data).toEqual(Float64Array.of(0.5, 0.5, 0.5, 0.5));
  });

  it("leaves optional inputs out where they are undefined", () => {
    const clip = makeNode("Clip", ["x", "", "high"], ["y"]);
    const x = value("float32", Float64Array.of(-9, 9), [2]);
    const [y] = runNode(clip, [x, undefined, value("float32", Float64Array.of(1), [])], { "": 13 });
    expect(toTensor(y as Value).data).toEqual(Float32Array.of(-9, 1));
  });
});
