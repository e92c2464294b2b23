import { tensor } from "@congruent/core";
import { describe, expect, it } from "@jest/globals";
import {
  checkModel,
  decodeModel,
  encodeModel,
  type GraphProto,
  type ModelProto,
  makeGraph,
  makeModel,
  makeNode,
  makeTensor,
  makeTensorValueInfo,
  type NodeProto,
} from "./index.js";
import { sampleGraphs, tinyClassifier } from "./testing.js";

const value = (name: string) => makeTensorValueInfo(name, "float32", [2]);
const weight = (name: string) => makeTensor(name, tensor("float32", new Float32Array(2), [2]));

function graphOf(
  nodes: NodeProto[],
  { inputs = ["x"], outputs = ["y"], weights = [] as string[], opset = 17 } = {},
): ModelProto {
  return makeModel(makeGraph(nodes, "g", inputs.map(value), outputs.map(value), weights.map(weight)), {
    opset,
  });
}

const relu = () => makeNode("Relu", ["x"], ["y"], { name: "act" });

describe("checkModel", () => {
  it.each([
    ["tiny", tinyClassifier().model],
    ...Object.entries(sampleGraphs).map(([name, { model }]) => [name, model] as const),
  ] as const)("takes %s", (_, model) => {
    expect(() => checkModel(model)).not.toThrow();
  });

  it.each<[string, ModelProto, string, string]>([
    [
      "opset 99",
      graphOf([relu()], { opset: 99 }),
      "E_ONNX_OPSET",
      "imports version 99 of the standard operator set",
    ],
    ["opset 0", graphOf([relu()], { opset: 0 }), "E_ONNX_OPSET", "version 0"],
    [
      "an unknown operator",
      graphOf([makeNode("Gleu", ["x"], ["y"], { name: "act" })]),
      "E_ONNX_OPERATOR",
      "a node act whose operator Gleu is no operator of ONNX",
    ],
    [
      "an operator of a later opset",
      graphOf([makeNode("Gelu", ["x"], ["y"])]),
      "E_ONNX_OPERATOR",
      "exists since version 20",
    ],
    [
      "an operator that was withdrawn",
      graphOf([makeNode("Upsample", ["x"], ["y"])]),
      "E_ONNX_OPERATOR",
      "withdrawn in version 10",
    ],
    [
      "a domain that is not imported",
      graphOf([makeNode("Scaler", ["x"], ["y"], { domain: "ai.onnx.ml" })]),
      "E_ONNX_OPSET",
      "ai.onnx.ml.Scaler, whose operator set it does not import",
    ],
    [
      "an IR version of the future",
      makeModel(makeGraph([relu()], "g", [value("x")], [value("y")]), { irVersion: 99 }),
      "E_ONNX_IR",
      "IR version 99",
    ],
    [
      "a node with too few inputs",
      graphOf([makeNode("Add", ["x"], ["y"], { name: "sum" })]),
      "E_ONNX_ARITY",
      "a node sum (Add) that has 1 input, and takes 2",
    ],
    [
      "a node with too many inputs",
      graphOf([makeNode("Clip", ["x", "x", "x", "x"], ["y"])]),
      "E_ONNX_ARITY",
      "has 4 inputs, and takes 1 to 3",
    ],
    [
      "a node with the inputs of a later version",
      graphOf([makeNode("Clip", ["x", "x"], ["y"])], { opset: 10 }),
      "E_ONNX_ARITY",
      "has 2 inputs, and takes 1",
    ],
    [
      "a node without an input that is required",
      graphOf([makeNode("MatMul", ["x", ""], ["y"])]),
      "E_ONNX_ARITY",
      "no input at place 2",
    ],
    [
      "a node with too few outputs",
      graphOf([makeNode("TopK", ["x", "x"], ["y"])]),
      "E_ONNX_ARITY",
      "has 1 output, and takes 2",
    ],
    [
      "a missing input",
      graphOf([makeNode("Add", ["x", "ghost"], ["y"], { name: "sum" })]),
      "E_ONNX_VALUE",
      "the node sum reads ghost",
    ],
    [
      "an output that nothing makes",
      graphOf([relu()], { outputs: ["z"] }),
      "E_ONNX_VALUE",
      "an output z that nothing makes",
    ],
    [
      "two inputs of one name",
      graphOf([relu()], { inputs: ["x", "x"] }),
      "E_ONNX_NAME",
      "two inputs named x",
    ],
    [
      "two weights of one name",
      graphOf([relu()], { weights: ["w", "w"] }),
      "E_ONNX_NAME",
      "two weights named w",
    ],
    [
      "a weight that a node makes as well",
      graphOf([relu()], { weights: ["y"] }),
      "E_ONNX_NAME",
      "an input or weight y that the node act makes",
    ],
    ["a value that is made twice", graphOf([relu(), relu()]), "E_ONNX_INVALID", "the value y is made twice"],
    [
      "a cycle",
      graphOf([
        makeNode("Add", ["x", "b"], ["a"], { name: "n1" }),
        makeNode("Relu", ["a"], ["b"], { name: "n2" }),
        relu(),
      ]),
      "E_ONNX_CYCLE",
      "n1, n2 wait for each other",
    ],
    [
      "nodes out of order",
      graphOf([makeNode("Relu", ["h"], ["y"], { name: "late" }), makeNode("Exp", ["x"], ["h"])]),
      "E_ONNX_ORDER",
      "late stands before",
    ],
  ])("refuses %s", (_, model, code, what) => {
    // The way through bytes is the way of a file.
    const read = decodeModel(encodeModel(model));
    expect(() => checkModel(read, "m.onnx")).toThrow(
      expect.objectContaining({ code, exit: 2, what: expect.stringContaining(what) }),
    );
    expect(() => checkModel(read, "m.onnx")).toThrow("m.onnx");
  });

  it("looks into the bodies of If, Loop and Scan, which may read what is around them", () => {
    const model = sampleGraphs.branching?.model as ModelProto;
    const read = decodeModel(encodeModel(model));
    const branch = read.graph?.node[5]?.attribute[0]?.g;
    if (branch?.node[0]) branch.node[0].opType = "Rooot";
    expect(() => checkModel(read)).toThrow(expect.objectContaining({ code: "E_ONNX_OPERATOR" }));
  });

  it("refuses a body that hands out a value of the graph around it, and takes one that hands out its own", () => {
    const branching = sampleGraphs.branching?.model as ModelProto;
    const changed = (change: (branch: GraphProto) => void) => {
      const read = decodeModel(encodeModel(branching));
      change(read.graph?.node[5]?.attribute[0]?.g as GraphProto);
      return read;
    };
    const outer = changed((branch) => {
      branch.node = [];
      branch.output = [value("h")];
    });
    expect(() => checkModel(outer)).toThrow(expect.objectContaining({ code: "E_ONNX_VALUE", exit: 2 }));
    expect(() => checkModel(outer)).toThrow("hands out h, which no node in it makes");
    const own = changed((branch) => {
      branch.node = [];
      branch.initializer = [weight("h2")];
      branch.output = [value("h2")];
    });
    expect(() => checkModel(own)).not.toThrow();
  });

  it("takes nodes that leave optional inputs out, at the end or by an empty name", () => {
    const nodes = [
      makeNode("Clip", ["x", "", "high"], ["a"]),
      makeNode("Concat", ["a", "a", "a", "a"], ["b"], { attributes: { axis: 0n } }),
      makeNode("Dropout", ["b"], ["y", "mask"]),
    ];
    nodes.unshift(makeNode("ReduceMax", ["x"], ["high"], { attributes: { keepdims: 0n } }));
    expect(() => checkModel(decodeModel(encodeModel(graphOf(nodes))))).not.toThrow();
  });

  it("leaves operators of ONNX Runtime to the runtimes", () => {
    const model = graphOf([makeNode("NhwcMaxPool", ["x"], ["y"], { domain: "com.microsoft" })]);
    model.opsetImport.push({ $typeName: "onnx.OperatorSetIdProto", domain: "com.microsoft", version: 1n });
    expect(() => checkModel(model)).not.toThrow();
  });
});

describe("decodeModel", () => {
  it("refuses a weight that claims 4 GB and has nothing, and graphs nested too deep", () => {
    const claims = graphOf([relu()], { weights: ["w"] });
    const [w] = claims.graph?.initializer ?? [];
    if (w) [w.dims, w.rawData] = [[1_000_000_000n], new Uint8Array()];
    expect(() => decodeModel(encodeModel(claims))).toThrow("which has 1000000000 elements, with 0");
    let nested = graphOf([relu()]).graph;
    for (let depth = 0; depth < 24; depth++) {
      const node = makeNode("Loop", [], ["y"], { attributes: { body: 0n } });
      const [attribute] = node.attribute;
      if (attribute && nested) attribute.g = nested;
      nested = makeGraph([node], "g", [], [value("y")]);
    }
    const deep = graphOf([relu()]);
    if (nested) deep.graph = nested;
    expect(() => decodeModel(encodeModel(deep))).toThrow("nested more than 16 deep");
  });
});
