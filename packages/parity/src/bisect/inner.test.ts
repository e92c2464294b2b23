import { create } from "@bufbuild/protobuf";
import { timeLimits } from "@congruent/core/testing";
import {
  AttributeProto_AttributeType,
  AttributeProtoSchema,
  changed,
  type GraphProto,
  type ModelProto,
  makeGraph,
  makeModel,
  makeNode,
  makeTensorValueInfo,
  type NodeProto,
  TensorProto_DataType,
  ValueInfoProtoSchema,
} from "@congruent/onnx";
import { describe, expect, it, jest } from "@jest/globals";
import fc from "fast-check";
import { bisect } from "./bisect.js";
import { referenceOracle } from "./reference-oracle.js";
import { runtimeOracle } from "./runtime-oracle.js";
import { changingRunner, floats, soundRunner } from "./testing/index.js";

jest.setTimeout(timeLimits.training);

const job = { layersDirectory: null, webApp: null, timeoutMs: 60_000 };
const oracles = [referenceOracle, runtimeOracle(soundRunner, job)];

const value = (name: string, dims?: (number | string)[]) =>
  dims
    ? makeTensorValueInfo(name, "float32", dims)
    : create(ValueInfoProtoSchema, {
        name,
        type: { value: { case: "tensorType", value: { elemType: TensorProto_DataType.FLOAT } } },
      });

function withGraphs(node: NodeProto, graphs: Record<string, GraphProto>): NodeProto {
  const attribute = Object.entries(graphs).map(([name, g]) =>
    create(AttributeProtoSchema, { name, type: AttributeProto_AttributeType.GRAPH, g }),
  );
  return changed(node, { attribute: [...node.attribute, ...attribute] });
}

/** A body of four nodes in a row: what it takes → a → b → c → what it gives. */
function chain(from: string, to: string): NodeProto[] {
  const ops = ["Sin", "Tanh", "Exp", "Atan"];
  const names = [from, "a", "b", "c", to];
  return ops.map((op, i) =>
    makeNode(op, [names[i] as string], [names[i + 1] as string], { name: `in_${op}` }),
  );
}

const inIf = (): ModelProto => {
  const branch = (to: string) => makeGraph(chain("h", to), to, [], [value(to)]);
  const nodes = [
    makeNode("Neg", ["x"], ["h"], { name: "before" }),
    makeNode("ReduceSum", ["h"], ["sum"], { name: "sum", attributes: { keepdims: 0n } }),
    makeNode("Greater", ["sum", "sum"], ["never"], { name: "decide" }),
    withGraphs(makeNode("If", ["never"], ["y"], { name: "choose" }), {
      then_branch: branch("t"),
      else_branch: branch("e"),
    }),
  ];
  return makeModel(makeGraph(nodes, "if", [value("x", ["n", 3])], [value("y", ["n", 3])]), { opset: 17 });
};

const inLoop = (): ModelProto => {
  const body = makeGraph(
    [makeNode("Identity", ["go"], ["on"]), ...chain("state", "next")],
    "body",
    [makeTensorValueInfo("i", "int64", []), makeTensorValueInfo("go", "bool", []), value("state")],
    [makeTensorValueInfo("on", "bool", []), value("next")],
  );
  const nodes = [
    makeNode("Constant", [], ["most"], { attributes: { value_int: 3n } }),
    withGraphs(makeNode("Loop", ["most", "", "x"], ["y"], { name: "loop" }), { body }),
  ];
  return makeModel(makeGraph(nodes, "loop", [value("x", ["n", 3])], [value("y", ["n", 3])]), { opset: 17 });
};

const inScan = (): ModelProto => {
  const body = makeGraph(
    [
      ...chain("slice", "d"),
      makeNode("Add", ["state", "d"], ["next"], { name: "in_Add" }),
      makeNode("Identity", ["next"], ["out"]),
    ],
    "body",
    [value("state", [3]), value("slice", [3])],
    [value("next", [3]), value("out", [3])],
  );
  const nodes = [
    makeNode("ReduceMean", ["x"], ["start"], { name: "start", attributes: { axes: [0n], keepdims: 0n } }),
    withGraphs(
      makeNode("Scan", ["start", "x"], ["last", "y"], { name: "scan", attributes: { num_scan_inputs: 1n } }),
      { body },
    ),
  ];
  return makeModel(makeGraph(nodes, "scan", [value("x", [4, 3])], [value("y", [4, 3])]), { opset: 17 });
};

const nested = (): ModelProto => {
  const model = inIf();
  const graph = model.graph as GraphProto;
  const wrap = makeGraph(graph.node, "wrap", [], [value("y")]);
  const nodes = [
    makeNode("ReduceMax", ["x"], ["most"], { attributes: { keepdims: 0n } }),
    makeNode("Equal", ["most", "most"], ["always"], { name: "outer" }),
    withGraphs(makeNode("If", ["always"], ["z"], { name: "around" }), {
      then_branch: wrap,
      else_branch: makeGraph([makeNode("Identity", ["x"], ["e"])], "e", [], [value("e")]),
    }),
  ];
  return makeModel(makeGraph(nodes, "nested", graph.input, [value("z", ["n", 3])]), { opset: 17 });
};

/** The operator is wrong wherever it stands, in any depth: all its values are a little larger. */
function wrongOperator(op: string) {
  const inGraph = (graph: GraphProto): GraphProto =>
    changed(graph, {
      node: graph.node.flatMap((node): NodeProto[] => {
        const attribute = node.attribute.map((each) =>
          each.g ? changed(each, { g: inGraph(each.g) }) : each,
        );
        if (node.opType !== op) return [changed(node, { attribute })];
        const [output = ""] = node.output;
        const factor = `${output}/factor`;
        return [
          changed(node, { output: [`${output}/right`] }),
          makeNode("Constant", [], [factor], { attributes: { value_float: 1.05 } }),
          makeNode("Mul", [`${output}/right`, factor], [output]),
        ];
      }),
    });
  return changingRunner((model) => changed(model, { graph: inGraph(model.graph as GraphProto) }));
}

const CASES = {
  If: { model: inIf, path: ["choose/else_branch"] },
  Loop: { model: inLoop, path: ["loop/body, round 0"] },
  Scan: { model: inScan, path: ["scan/body, round 0"] },
  "If in If": { model: nested, path: ["around/then_branch", "choose/else_branch"] },
};
const x = floats(
  Float32Array.from({ length: 12 }, (_, i) => 0.3 + Math.sin(i)),
  [4, 3],
);

describe.each(oracles)("a fault inside a graph that a node holds, by the $name", (oracle) => {
  it("is named with the way to it, whichever operator it is", async () => {
    const names = Object.keys(CASES) as (keyof typeof CASES)[];
    await fc.assert(
      fc.asyncProperty(
        fc.constantFrom(...names),
        fc.constantFrom("Sin", "Tanh", "Exp", "Atan"),
        async (name, op) => {
          const { model, path } = CASES[name];
          const found = await bisect({
            model: model(),
            inputs: { x },
            runner: wrongOperator(op),
            job,
            oracle,
          });
          const [fault] = found.inner ?? [];
          expect([name, op, fault?.path, fault?.first?.node]).toEqual([name, op, path, `in_${op}`]);
        },
      ),
      { numRuns: 10, seed: 3 },
    );
  });

  it.each(Object.entries(CASES))("finds nothing where the runtime is right: %s", async (_, { model }) => {
    const found = await bisect({ model: model(), inputs: { x }, runner: soundRunner, job, oracle });
    expect(found).toMatchObject({ final: [], inner: [] });
  });
});

it("says so where the graph is right by itself and the node is not", async () => {
  // Wrong only where the model holds a Loop: how rounds follow each other.
  const runner = changingRunner((model) => {
    const graph = model.graph as GraphProto;
    return changed(model, {
      graph: changed(graph, {
        node: graph.node.flatMap((node) =>
          node.opType === "Loop"
            ? [
                changed(node, { output: ["y/right"] }),
                makeNode("Constant", [], ["y/factor"], { attributes: { value_float: 2 } }),
                makeNode("Mul", ["y/right", "y/factor"], node.output),
              ]
            : [node],
        ),
      }),
    });
  });
  const found = await bisect({ model: inLoop(), inputs: { x }, runner, job });
  expect(found.inner).toEqual([
    expect.objectContaining({
      path: ["loop/body"],
      first: null,
      said: expect.stringMatching(/^each of 3 rounds is right/),
    }),
  ]);
});
