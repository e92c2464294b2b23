import { encodeModel, makeGraph, makeModel, makeNode, makeTensorValueInfo } from "@congruent/onnx";
import { describe, expect, it } from "@jest/globals";
import { PROBE } from "./explain-failure.js";

describe("the probe", () => {
  it("is the model that it says it is", () => {
    const value = (name: string) => makeTensorValueInfo(name, "float32", [1]);
    const graph = makeGraph([makeNode("Relu", ["x"], ["y"])], "probe", [value("x")], [value("y")]);
    expect(PROBE).toEqual(encodeModel(makeModel(graph)));
  });
});
