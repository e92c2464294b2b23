import { create } from "@bufbuild/protobuf";
import { type Tensor, tensor } from "@congruent/core";
import {
  AttributeProto_AttributeType,
  AttributeProtoSchema,
  changed,
  FunctionProtoSchema,
  type GraphProto,
  type ModelProto,
  makeGraph,
  makeModel,
  makeNode,
  makeTensor,
  makeTensorValueInfo,
  TrainingInfoProtoSchema,
} from "@congruent/onnx";
import { sampleGraphs } from "@congruent/onnx/testing";
import { describe, expect, it } from "@jest/globals";
import fc from "fast-check";
import { allNodes } from "./changes.js";
import { optimize, PASS_NAMES } from "./optimize.js";
import { passes } from "./passes/index.js";
import { grownGraphs } from "./testing/draft.js";
import { expectSame, expectSameInRuntime } from "./testing/same-outputs.js";
import { allSteps } from "./testing/steps.js";

const INPUTS = [
  [2, 3, 4, 5],
  [2, 4, 5, 3],
  [5, 3],
];
const graphs = grownGraphs(allSteps, INPUTS, { opset: 20, most: 10 });
const operators = ({ graph }: ModelProto) => graph?.node.map(({ opType }) => opType).join(" ");

describe("optimize", () => {
  it.each(PASS_NAMES)(
    "%s by itself leaves random graphs what they compute, and has something to do in some",
    (name) => {
      let changed = 0;
      fc.assert(
        fc.property(graphs, ({ model, feeds }) => {
          const after = optimize(model, { passes: [name] }).model;
          if (after !== model) changed++;
          expectSame(model, after, feeds, false);
        }),
        { seed: 20, numRuns: 40 },
      );
      expect(changed).toBeGreaterThan(2);
    },
  );

  it("by all passes leaves random graphs what they compute, in the reference and in ONNX Runtime, and takes nodes away", async () => {
    let [before, after] = [0, 0];
    await fc.assert(
      fc.asyncProperty(graphs, async ({ model, feeds }) => {
        const made = optimize(model).model;
        before += model.graph?.node.length ?? 0;
        after += made.graph?.node.length ?? 0;
        expectSame(model, made, feeds, false);
        await expectSameInRuntime(model, made, feeds);
      }),
      { seed: 21, numRuns: 25 },
    );
    expect(after).toBeLessThan(before);
  });

  it.each(Object.entries(sampleGraphs))(
    "leaves the sample graph %s what it computes",
    (_, { model, dims }) => {
      const size = dims.reduce((product, dim) => product * dim, 1);
      const x = tensor(
        "float32",
        Float32Array.from({ length: size }, (_, i) => ((i * 7) % 11) / 4 - 1),
        [...dims],
      );
      expectSame(model, optimize(model).model, { x }, false);
    },
  );

  it("leaves nothing to do for a second time, and the model given as it was", () => {
    fc.assert(
      fc.property(graphs, ({ model }) => {
        const names = JSON.stringify(
          model.graph?.node.map(({ name, input, output }) => [name, input, output]),
        );
        const once = optimize(model).model;
        expect(optimize(once).model).toBe(once);
        expect(
          JSON.stringify(model.graph?.node.map(({ name, input, output }) => [name, input, output])),
        ).toBe(names);
      }),
      { seed: 22, numRuns: 30 },
    );
  });

  it("keeps what bodies read from around them, and rewrites the bodies, too", () => {
    const { model, feeds } = withBranches();
    const after = optimize(model).model;
    expect(operators(after)).toBe("Relu Neg ReduceSum Greater If");
    const [branch] = after.graph?.node.at(-1)?.attribute ?? [];
    expect(branch?.g?.node.map(({ opType }) => opType)).toEqual(["Exp"]);
    for (const sign of [1, -1]) {
      const x = feeds.x as Tensor;
      const data = Float32Array.from(x.data as Float32Array, (each) => each * sign);
      expectSame(model, after, { x: tensor("float32", data, x.dims) }, false);
    }
  });

  it("rewrites bodies that read values around them as it does graphs", () => {
    let [before, after] = [0, 0];
    fc.assert(
      fc.property(graphs, ({ model, feeds }) => {
        const whole = insideIf(model);
        const made = optimize(whole).model;
        before += allNodes(whole.graph!).length;
        after += allNodes(made.graph!).length;
        expectSame(whole, made, feeds, false);
      }),
      { seed: 23, numRuns: 25 },
    );
    expect(after).toBeLessThan(before);
  });

  it("leaves weights that a caller may feed something else for", () => {
    const value = (name: string) => makeTensorValueInfo(name, "float32", [2]);
    const w = makeTensor("w", tensor("float32", Float32Array.of(1, 2), [2]));
    const nodes = [makeNode("Neg", ["w"], ["n"]), makeNode("Add", ["x", "n"], ["y"])];
    const graph = makeGraph(nodes, "g", [value("x"), value("w")], [value("y")], [w]);
    expect(operators(optimize(makeModel(graph)).model)).toBe("Neg Add");
    // Before IR version 4 all weights are listed among the inputs.
    const old = optimize(makeModel(graph, { irVersion: 3 })).model;
    expect(operators(old)).toBe("Add");
    expect(old.graph?.input.map(({ name }) => name)).toEqual(["x", "n"]);
  });

  it.each(["Relu", "Identity"])("leaves a %s that is a function of the model's own", (name) => {
    const value = (each: string) => makeTensorValueInfo(each, "float32", [2]);
    const model = makeModel(
      makeGraph(
        [makeNode(name, ["x"], ["y"]), makeNode("Identity", ["y"], ["z"], { domain: "own" })],
        "g",
        [value("x")],
        [value("z")],
      ),
    );
    model.opsetImport.push({ ...model.opsetImport[0]!, domain: "own", version: 1n });
    model.functions = [twice("", name), twice("own", "Identity")];
    expect(operators(optimize(model).model)).toBe(`${name} Identity`);
  });

  it("refuses unknown passes and models with a training graph", () => {
    const { model } = sampleGraphs.residual!;
    expect(() => optimize(model, { passes: ["no" as "removeUnused"] })).toThrow(
      expect.objectContaining({ code: "E_PASS_NAME" }),
    );
    const training = { ...model, trainingInfo: [create(TrainingInfoProtoSchema, {})] };
    expect(() => optimize(training)).toThrow(expect.objectContaining({ code: "E_PASS_TRAINING" }));
  });

  it("has a title for each pass, as half a sentence", () => {
    for (const { title } of Object.values(passes)) expect(title).toMatch(/^[a-z].*[a-z]$/);
  });
});

function twice(domain: string, name: string) {
  const doubled = makeNode("Add", ["a", "a"], ["b"]);
  const model = makeModel(makeGraph([], "none", [], []));
  return create(FunctionProtoSchema, {
    domain,
    name,
    input: ["a"],
    output: ["b"],
    node: [doubled],
    opsetImport: model.opsetImport,
  });
}

/** The graph in both branches of an If, which read its inputs and most of its weights from around them. */
function insideIf(model: ModelProto): ModelProto {
  const graph = model.graph!;
  // The reference's bound of an If moves every float that the branches read, and scales that have moved give other sizes.
  const scales = new Set(graph.node.filter(({ opType }) => opType === "Resize").map(({ input }) => input[2]));
  const own = graph.initializer.filter(({ name }) => scales.has(name));
  const outer = graph.initializer.filter(({ name }) => !scales.has(name));
  const body = (name: string) => changed(graph, { name, input: [], initializer: own });
  const branch = (name: string) =>
    create(AttributeProtoSchema, { name, type: AttributeProto_AttributeType.GRAPH, g: body(name) });
  const given = graph.output.map((value) => changed(value, { name: `${value.name}/given` }));
  const choose = makeNode(
    "If",
    ["condition"],
    given.map(({ name }) => name),
  );
  choose.attribute = [branch("then_branch"), branch("else_branch")];
  const condition = makeTensor("condition", tensor("bool", Uint8Array.of(1), []));
  return changed(model, {
    graph: changed(graph, { node: [choose], output: given, initializer: [...outer, condition] }),
  });
}

/** Transposes around a Relu whose result branches read: x float32 [2, 3] → y of some shape. */
function withBranches() {
  const body = (opType: string, given: string): GraphProto =>
    makeGraph(
      [makeNode("Identity", ["back"], [`${given}/copy`]), makeNode(opType, [`${given}/copy`], [given])],
      given,
      [],
      [makeTensorValueInfo(given, "float32", [2, 3])],
    );
  const branch = (name: string, g: GraphProto) =>
    create(AttributeProtoSchema, { name, type: AttributeProto_AttributeType.GRAPH, g });
  const choose = makeNode("If", ["positive"], ["y"]);
  choose.attribute = [branch("then_branch", body("Exp", "up")), branch("else_branch", body("Neg", "down"))];
  const perm = { attributes: { perm: [1n, 0n] } };
  const nodes = [
    makeNode("Transpose", ["x"], ["turned"], perm),
    makeNode("Relu", ["turned"], ["r"]),
    makeNode("Neg", ["r"], ["n"]),
    makeNode("Transpose", ["n"], ["back"], perm),
    makeNode("ReduceSum", ["x"], ["total"], { attributes: { keepdims: 0n } }),
    makeNode("Greater", ["total", "zero"], ["positive"]),
    choose,
  ];
  const zero = makeTensor("zero", tensor("float32", Float32Array.of(0), []));
  const model = makeModel(
    makeGraph(
      nodes,
      "branches",
      [makeTensorValueInfo("x", "float32", [2, 3])],
      [makeTensorValueInfo("y", "float32", [2, 3])],
      [zero],
    ),
  );
  return { model, feeds: { x: tensor("float32", Float32Array.of(1, -2, 3, 4, 5, -6), [2, 3]) } };
}
