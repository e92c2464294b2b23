import { describe, expect, it } from "@jest/globals";
import {
  type AttributeProto,
  type ModelProto,
  makeGraph,
  makeModel,
  makeNode,
  makeTensorValueInfo,
} from "../index.js";
import { modelInterface } from "../interface.js";
import { decodeModel, encodeModel } from "../model.js";
import { attentionBlock, branchingModel, residualBlock, sampleGraphs, tinyClassifier } from "../testing.js";
import {
  expose,
  extract,
  indexGraph,
  innerValues,
  isolate,
  isSorted,
  nodeNames,
  singleNode,
  topologicalOrder,
  valueTypes,
  withNodeNames,
} from "./index.js";

const value = (name: string) => makeTensorValueInfo(name, "float32", [2]);
const opTypes = (model: ModelProto) => model.graph?.node.map(({ opType }) => opType);
const weights = (model: ModelProto) => model.graph?.initializer.map(({ name }) => name);
const outputs = (model: ModelProto) => model.graph?.output.map(({ name }) => name);
const samples = Object.entries(sampleGraphs).map(([name, { model }]) => [name, model] as const);

describe("indexGraph", () => {
  it("counts what a body takes from outside among what its node reads", () => {
    const index = indexGraph(branchingModel());
    expect(index.producerOf.get("chosen")?.reads).toEqual(["positive", "h"]);
    expect(index.consumersOf.get("h")?.map(({ proto }) => proto.opType)).toEqual(["If", "Mul"]);
    expect(index.constants).toEqual(new Set(["half"]));
  });

  it("refuses a value that two nodes make, naming both", () => {
    const nodes = [
      makeNode("Relu", ["x"], ["y"], { name: "a" }),
      makeNode("Exp", ["x"], ["y"], { name: "b" }),
    ];
    const model = makeModel(makeGraph(nodes, "g", [value("x")], [value("y")]));
    expect(() => indexGraph(model)).toThrow("the value y is made twice: by the nodes a and b");
  });
});

describe("topologicalOrder", () => {
  const graph = (...nodes: [string, string[], string[]][]) =>
    indexGraph(
      makeModel(
        makeGraph(
          nodes.map(([name, from, to]) => makeNode("Sum", from, to, { name })),
          "g",
          [value("x")],
          [value("y")],
        ),
      ),
    );

  it.each(samples)("keeps the order of %s, which is sorted", (_, model) => {
    const index = indexGraph(model);
    expect(isSorted(index)).toBe(true);
    expect(topologicalOrder(index)).toEqual(index.nodes);
  });

  it("sorts what is not", () => {
    const index = graph(["c", ["b", "a"], ["y"]], ["b", ["a"], ["b"]], ["a", ["x"], ["a"]]);
    expect(isSorted(index)).toBe(false);
    expect(topologicalOrder(index).map(({ name }) => name)).toEqual(["a", "b", "c"]);
  });

  it("names the nodes of a cycle", () => {
    const cyclic = graph(
      ["a", ["x", "c"], ["a"]],
      ["b", ["a"], ["b"]],
      ["c", ["b"], ["c"]],
      ["d", ["x"], ["y"]],
    );
    expect(() => topologicalOrder(cyclic)).toThrow(
      expect.objectContaining({
        code: "E_ONNX_CYCLE",
        what: expect.stringContaining("a, b, c wait for each other"),
      }),
    );
  });

  it("names a value that nothing makes", () => {
    expect(() => topologicalOrder(graph(["a", ["ghost"], ["y"]]))).toThrow(
      expect.objectContaining({
        code: "E_ONNX_VALUE",
        what: "the node a reads ghost, which no input, weight or node gives",
      }),
    );
  });
});

describe("nodeNames", () => {
  it("never gives a name twice, also where the file has the made-up one", () => {
    const nodes = ["", "Relu_0", "Relu_0", ""].map((name) => makeNode("Relu", ["x"], [], { name }));
    const names = nodeNames(makeGraph(nodes, "g", [], []));
    expect(names).toEqual(["Relu_0_", "Relu_0", "Relu_2", "Relu_3"]);
  });

  it("is what withNodeNames writes, without touching the model given", () => {
    const model = residualBlock();
    const named = withNodeNames(model);
    expect(named.graph?.node.map(({ name }) => name)).toEqual(nodeNames(model.graph!));
    expect(model.graph?.node[1]?.name).toBe("");
    expect(named.graph?.node[1]?.name).toBe("Conv_1");
  });
});

describe("valueTypes", () => {
  it.each(samples)("tells the element type of every value of %s", (_, model) => {
    const types = valueTypes(model);
    expect(innerValues(model).filter((name) => types.get(name)?.value.case !== "tensorType")).toEqual([]);
  });

  it("follows the operators' rules", () => {
    const types = modelInterface(expose(tinyClassifier().model, innerValues(tinyClassifier().model)));
    expect(Object.fromEntries(types.outputs.map(({ name, dtype }) => [name, dtype]))).toEqual({
      label: "int64",
      probabilities: "float32",
      unit: "float32",
      flat: "float32",
      logits: "float32",
    });
    expect(modelInterface(expose(branchingModel(), ["positive", "chosen"])).outputs[1]).toEqual({
      name: "positive",
      dtype: "bool",
      dims: null,
    });
  });
});

describe("expose", () => {
  it("adds outputs after the model's own, once each, and leaves the model given alone", () => {
    const model = attentionBlock();
    const before = encodeModel(model);
    expect(outputs(expose(model, ["scores", "y", "q", "scores"]))).toEqual(["y", "scores", "q"]);
    expect(encodeModel(model)).toEqual(before);
  });

  it("refuses what no node makes", () => {
    expect(() => expose(attentionBlock(), ["wq"])).toThrow(expect.objectContaining({ code: "E_VALUE_NAME" }));
  });
});

describe("extract", () => {
  it("keeps the nodes and weights that it takes and no others", () => {
    const part = extract(attentionBlock(), { inputs: ["q", "k"], outputs: ["weights"] });
    expect(opTypes(part)).toEqual(["Transpose", "MatMul", "Mul", "Softmax"]);
    expect(weights(part)).toEqual(["scale"]);
    expect(modelInterface(part).inputs.map(({ name }) => name)).toEqual(["q", "k"]);
    expect(outputs(part)).toEqual(["weights"]);
  });

  it("keeps the model's own inputs where they are still needed, and cuts that are not needed out", () => {
    const part = extract(attentionBlock(), { inputs: ["context", "v"], outputs: ["sum"] });
    expect(opTypes(part)).toEqual(["Add"]);
    expect(modelInterface(part).inputs.map(({ name }) => name)).toEqual(["x", "context"]);
  });

  it("makes a weight an input where it is cut there", () => {
    const part = extract(attentionBlock(), { inputs: ["wq"], outputs: ["q"] });
    expect(weights(part)).toEqual([]);
    expect(modelInterface(part).inputs).toEqual([
      { name: "x", dtype: "float32", dims: ["batch", 6, 8] },
      { name: "wq", dtype: "float32", dims: [8, 8] },
    ]);
  });

  it("takes shapes from a run's tensors", () => {
    const types = { q: { dtype: "float32" as const, dims: [3, 6, 8] } };
    const part = extract(attentionBlock(), { inputs: ["q"], outputs: ["scores"], types });
    expect(modelInterface(part).inputs.find(({ name }) => name === "q")?.dims).toEqual([3, 6, 8]);
  });

  it("refuses an input of a type that cannot be told", () => {
    const nodes = [makeNode("Unheard", ["x"], ["h"], { domain: "acme" }), makeNode("Relu", ["h"], ["y"])];
    const model = makeModel(makeGraph(nodes, "g", [value("x")], [value("y")]));
    expect(() => singleNode(model, 1)).toThrow(expect.objectContaining({ code: "E_VALUE_TYPE" }));
  });
});

describe("singleNode", () => {
  it("has the weights and Constant nodes of its node inside, and the values that its bodies read as inputs", () => {
    expect(opTypes(singleNode(branchingModel(), "h"))).toEqual(["Constant", "Add"]);
    const choice = singleNode(branchingModel(), 5);
    expect(opTypes(choice)).toEqual(["If"]);
    expect(modelInterface(choice).inputs.map(({ name, dtype }) => [name, dtype])).toEqual([
      ["positive", "bool"],
      ["h", "float32"],
    ]);
  });

  it("finds a node without a name by the name that it was given", () => {
    expect(opTypes(singleNode(residualBlock(), "Relu_3"))).toEqual(["Relu"]);
    expect(() => singleNode(residualBlock(), "Relu_4")).toThrow(
      expect.objectContaining({ code: "E_NODE_NAME" }),
    );
  });

  it("leaves the card of the whole out", () => {
    expect(singleNode(tinyClassifier().model, 0).metadataProps).toEqual([]);
  });
});

describe("isolate", () => {
  it("cuts every connection, in bodies too", () => {
    const { model, given, uncut } = isolate(branchingModel());
    expect(uncut).toEqual([]);
    expect(given).toEqual({
      "magnitude/given": "magnitude",
      "h/given": "h",
      "total/given": "total",
      "positive/given": "positive",
      "chosen/given": "chosen",
    });
    const { producerOf, nodes } = indexGraph(model);
    const connected = nodes.filter(({ reads }) =>
      reads.some((name) => producerOf.has(name) && name !== "half"),
    );
    expect(connected).toEqual([]);
    const read = (attribute: AttributeProto | undefined) => attribute?.g?.node[0]?.input;
    expect(model.graph?.node[5]?.attribute.map(read)).toEqual([["h/given"], ["h/given"]]);
    expect(read(branchingModel().graph?.node[5]?.attribute[0])).toEqual(["h"]);
  });

  it("leaves the defaults of what it changes in place", () => {
    const { model } = isolate(residualBlock());
    expect(model.graph?.node.map(({ domain }) => domain)).toEqual(residualBlock().graph?.node.map(() => ""));
    expect([model.domain, model.graph?.docString]).toEqual(["", ""]);
  });

  it("leaves values of unknown type connected and says so", () => {
    const nodes = [makeNode("Unheard", ["x"], ["h"], { domain: "acme" }), makeNode("Relu", ["h"], ["y"])];
    const { uncut, given } = isolate(makeModel(makeGraph(nodes, "g", [value("x")], [value("y")])));
    expect([uncut, given]).toEqual([["h"], {}]);
  });

  it.each(samples)("writes a file that reads back: %s", (_, model) => {
    const bytes = encodeModel(isolate(model).model);
    expect(encodeModel(decodeModel(bytes))).toEqual(bytes);
  });
});
