import { tensor } from "@congruent/core";
import {
  AttributeProto_AttributeType,
  makeAttribute,
  makeGraph,
  makeModel,
  makeNode,
  makeTensorValueInfo,
} from "@congruent/onnx";
import { describe, expect, it } from "@jest/globals";
import { referenceOracle } from "./reference-oracle.js";

describe("referenceOracle", () => {
  it("gives an inner graph what it takes from around it", async () => {
    const value = (name: string) => makeTensorValueInfo(name, "float32", [2]);
    const branch = (name: string, opType: string) =>
      Object.assign(makeAttribute(name, 0n), {
        type: AttributeProto_AttributeType.GRAPH,
        g: makeGraph([makeNode(opType, ["a"], ["t"])], name, [], [value("t")]),
      });
    const choice = makeNode("If", ["taken"], ["y"]);
    choice.attribute.push(branch("then_branch", "Neg"), branch("else_branch", "Relu"));
    const inputs = [value("x"), makeTensorValueInfo("taken", "bool", [])];
    const model = makeModel(makeGraph([makeNode("Abs", ["x"], ["a"]), choice], "g", inputs, [value("y")]));
    const feeds = {
      x: tensor("float32", Float32Array.of(-1, 2), [2]),
      taken: tensor("bool", Uint8Array.of(1), []),
    };
    const seen: Record<string, number[]> = {};
    await referenceOracle.walk(model, feeds, ({ outputs }) => {
      for (const [name, expected] of outputs) seen[name] = Array.from(expected.tensor()?.data ?? [], Number);
    });
    expect(seen).toEqual({ a: [1, 2], y: [-1, -2] });
  });
});
