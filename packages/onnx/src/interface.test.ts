import { describe, expect, it } from "@jest/globals";
import fc from "fast-check";
import { makeGraph, makeModel, makeNode, makeTensorValueInfo, modelInterface } from "./index.js";

/** The sizes that the model declares, as the interface tells them. */
function read(dims: readonly (number | string | null)[]) {
  const x = makeTensorValueInfo("x", "float32", dims);
  return modelInterface(makeModel(makeGraph([makeNode("Relu", ["x"], ["y"])], "g", [x], [x]))).inputs[0]
    ?.dims;
}

describe("modelInterface", () => {
  it.each([-1, -2, "?", "??", "-1", "", " ", "None", null])("takes %p for an axis without a name", (dim) => {
    expect(read(["batch", dim, 3])).toEqual(["batch", null, 3]);
  });

  it("keeps every other name and size", () => {
    const name = fc
      .stringMatching(/^[a-z][a-z_0-9]{0,8}$/)
      .filter((text) => !/^(none|null|nan|undefined)$/.test(text));
    const size = fc.oneof(fc.nat({ max: 1000 }), name);
    fc.assert(fc.property(fc.array(size, { maxLength: 5 }), (dims) => expect(read(dims)).toEqual(dims)));
  });
});
