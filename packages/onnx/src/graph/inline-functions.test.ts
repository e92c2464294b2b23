import { create } from "@bufbuild/protobuf";
import { describe, expect, it } from "@jest/globals";
import fc from "fast-check";
import {
  AttributeProto_AttributeType,
  AttributeProtoSchema,
  checkModel,
  type FunctionProto,
  FunctionProtoSchema,
  inlineFunctions,
  type ModelProto,
  makeGraph,
  makeModel,
  makeNode,
  makeTensorValueInfo,
  type NodeProto,
} from "../index.js";

const value = (name: string) => makeTensorValueInfo(name, "float32", [2]);
const call = (name: string, input: string[], output: string[]) =>
  makeNode(name, input, output, { domain: "own" });

function functionOf(
  name: string,
  input: string[],
  output: string[],
  node: NodeProto[],
  version = 17,
): FunctionProto {
  const opsetImport = [
    { domain: "", version: BigInt(version) },
    { domain: "own", version: 1n },
  ];
  return create(FunctionProtoSchema, { name, domain: "own", input, output, node, opsetImport });
}

function modelOf(nodes: NodeProto[], functions: FunctionProto[]): ModelProto {
  const model = makeModel(makeGraph(nodes, "g", [value("x")], [value("y")]));
  model.opsetImport.push({ $typeName: "onnx.OperatorSetIdProto", domain: "own", version: 1n });
  model.functions = functions;
  return model;
}

describe("inlineFunctions", () => {
  it("hands back a model without functions itself", () => {
    const model = modelOf([makeNode("Relu", ["x"], ["y"])], []);
    expect(inlineFunctions(model)).toBe(model);
  });

  it("leaves the model given as it is, and only operators in the new one", () => {
    const twice = functionOf("Twice", ["a"], ["b"], [makeNode("Add", ["a", "a"], ["b"])]);
    const model = modelOf([call("Twice", ["x"], ["h"]), call("Twice", ["h"], ["y"])], [twice]);
    const made = inlineFunctions(model);
    expect(made.graph?.node.map(({ opType, input, output }) => [opType, input, output])).toEqual([
      ["Add", ["x", "x"], ["h"]],
      ["Add", ["h", "h"], ["y"]],
    ]);
    expect(made.functions).toEqual([]);
    expect(made.opsetImport.map(({ domain }) => domain)).toEqual([""]);
    expect(model.graph?.node[0]?.opType).toBe("Twice");
  });

  it("copies an output that is an input, and leaves out what is left out", () => {
    const clip = functionOf("F", ["a", "low"], ["a", "b"], [makeNode("Clip", ["a", "low"], ["b"])]);
    const made = inlineFunctions(
      modelOf([call("F", ["x"], ["h", "k"]), makeNode("Add", ["h", "k"], ["y"])], [clip]),
    );
    expect(made.graph?.node.map(({ opType, input, output }) => [opType, input, output])).toEqual([
      ["Clip", ["x", ""], ["k"]],
      ["Identity", ["x"], ["h"]],
      ["Add", ["h", "k"], ["y"]],
    ]);
  });

  it("gives no name twice, whatever the file's own names are", () => {
    const name = fc.constantFrom("h", "t", "f/t", "f/t_1", "f_0", "x", "y");
    fc.assert(
      fc.property(
        fc.uniqueArray(name, { maxLength: 5 }),
        fc.array(name, { minLength: 2, maxLength: 4 }),
        (inner, names) => {
          const values = ["a", ...inner.map((each) => `${each}`).filter((each) => each !== "a")];
          const body = values
            .slice(1)
            .map((each, i) => makeNode("Relu", [values[i] as string], [each], { name: each }));
          const last = values.at(-1) as string;
          const made = functionOf(
            "F",
            ["a"],
            [last],
            body.length > 0 ? body : [makeNode("Relu", ["a"], ["z"])],
          );
          if (body.length === 0) made.output = ["z"];
          const nodes = names.map((each, i) => {
            const node = call("F", [i === 0 ? "x" : `v${i - 1}`], [i === names.length - 1 ? "y" : `v${i}`]);
            node.name = each;
            return node;
          });
          const graph = inlineFunctions(modelOf(nodes, [made])).graph;
          const outputs = graph?.node.flatMap(({ output }) => output) ?? [];
          expect(new Set(outputs).size).toBe(outputs.length);
          const nodeNames = graph?.node.map((node) => node.name) ?? [];
          expect(new Set(nodeNames).size).toBe(nodeNames.length);
          checkModel(modelOf(nodes, [made]));
        },
      ),
      { seed: 7, numRuns: 200 },
    );
  });

  it.each<[string, NodeProto[], FunctionProto[], string]>([
    [
      "a function that calls itself",
      [call("F", ["x"], ["y"])],
      [functionOf("F", ["a"], ["b"], [call("F", ["a"], ["b"])])],
      "calls itself",
    ],
    [
      "two functions that call each other",
      [call("F", ["x"], ["y"])],
      [
        functionOf("F", ["a"], ["b"], [call("G", ["a"], ["b"])]),
        functionOf("G", ["a"], ["b"], [call("F", ["a"], ["b"])]),
      ],
      "calls itself",
    ],
    [
      "too many values",
      [call("F", ["x", "x"], ["y"])],
      [functionOf("F", ["a"], ["b"], [makeNode("Relu", ["a"], ["b"])])],
      "it takes 1 for 1",
    ],
    [
      "an output that nothing makes",
      [call("F", ["x"], ["y"])],
      [functionOf("F", ["a"], ["c"], [makeNode("Relu", ["a"], ["b"])])],
      "no value of its output c",
    ],
    [
      "an operator that means something else",
      [call("F", ["x"], ["y"])],
      [functionOf("F", ["a"], ["b"], [makeNode("Softmax", ["a"], ["b"])], 11)],
      "Softmax is another operator than in version 17",
    ],
  ])("refuses %s", (_, nodes, functions, said) => {
    const model = modelOf(nodes, functions);
    expect(() => inlineFunctions(model)).toThrow(
      expect.objectContaining({ code: "E_ONNX_FUNCTION", exit: 2 }),
    );
    expect(() => checkModel(model)).toThrow(said);
  });

  it("takes an operator of another version that means the same", () => {
    const relu = functionOf("F", ["a"], ["b"], [makeNode("Relu", ["a"], ["b"])], 15);
    expect(inlineFunctions(modelOf([call("F", ["x"], ["y"])], [relu])).graph?.node[0]?.opType).toBe("Relu");
  });

  it("refuses a few functions that become billions of nodes, at once", () => {
    const functions = Array.from({ length: 40 }, (_, i) => {
      const next = i === 39 ? makeNode("Relu", ["a"], ["t"]) : call(`F${i + 1}`, ["a"], ["t"]);
      const again = i === 39 ? makeNode("Relu", ["t"], ["b"]) : call(`F${i + 1}`, ["t"], ["b"]);
      return functionOf(`F${i}`, ["a"], ["b"], [next, again]);
    });
    expect(() => inlineFunctions(modelOf([call("F0", ["x"], ["y"])], functions))).toThrow(
      "more than 200000 nodes",
    );
  });

  it("replaces a reference to an attribute in an inner graph as well", () => {
    const slope = create(AttributeProtoSchema, {
      name: "alpha",
      refAttrName: "slope",
      type: AttributeProto_AttributeType.FLOAT,
    });
    const leaky = makeNode("LeakyRelu", ["a"], ["t"]);
    leaky.attribute = [slope];
    const inner = makeGraph([leaky], "then", [], [value("t")]);
    const branch = (name: string) =>
      create(AttributeProtoSchema, { name, type: AttributeProto_AttributeType.GRAPH, g: inner });
    const choose = makeNode("If", ["c"], ["b"]);
    choose.attribute = [branch("then_branch"), branch("else_branch")];
    const made = functionOf("F", ["a", "c"], ["b"], [choose]);
    made.attributeProto = [
      create(AttributeProtoSchema, { name: "slope", type: AttributeProto_AttributeType.FLOAT, f: 0.25 }),
    ];
    const nodes = [
      makeNode("ReduceMax", ["x"], ["m"]),
      makeNode("Cast", ["m"], ["c"], { attributes: { to: 9n } }),
      call("F", ["x", "c"], ["y"]),
    ];
    const [first, second] = inlineFunctions(modelOf(nodes, [made])).graph?.node[2]?.attribute ?? [];
    expect(first?.g?.node[0]?.attribute[0]).toMatchObject({ name: "alpha", f: 0.25, refAttrName: "" });
    expect(first?.g?.node[0]?.input).toEqual(["x"]);
    expect(first?.g?.output[0]?.name).not.toBe(second?.g?.output[0]?.name);
  });
});
