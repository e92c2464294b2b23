import { tensor } from "@congruent/core";
import { timeLimits } from "@congruent/core/testing";
import { indexGraph, makeGraph, makeModel, makeNode, makeTensor, makeTensorValueInfo } from "@congruent/onnx";
import { describe, expect, it, jest } from "@jest/globals";
import fc from "fast-check";
import { bisect } from "./bisect.js";
import { runtimeOracle } from "./runtime-oracle.js";
import {
  changingRunner,
  faultyRunner,
  floats,
  Net,
  scaled,
  soundRunner,
  testModels,
  withFault,
} from "./testing/index.js";

jest.setTimeout(timeLimits.training);

const job = { layersDirectory: null, webApp: null, timeoutMs: 60_000 };
const oracle = runtimeOracle(soundRunner, job);
const MODELS = ["mlp", "residual", "encoder", "inception"] as const;

describe("a runtime at optimization disabled as the oracle", () => {
  it.each(MODELS)("finds nothing wrong in a runtime that is right: %s", async (name) => {
    const found = await bisect({ ...testModels[name](), runner: soundRunner, job, oracle });
    expect(found).toMatchObject({
      oracle: "node-cpu at optimization disabled",
      final: [],
      cumulative: { roots: [] },
      isolated: { wrong: [], broken: [] },
    });
  });

  it("names the node of any fault that is larger than rounding", async () => {
    const cases = MODELS.flatMap((name) => {
      const nodes =
        testModels[name]().model.graph?.node.filter(({ opType }) => /^(Conv|MatMul|Tanh)$/.test(opType)) ??
        [];
      return nodes.map((node) => ({ name, node: node.name, output: node.output[0] as string }));
    });
    await fc.assert(
      fc.asyncProperty(fc.constantFrom(...cases), fc.constantFrom(1.02, 0.5, -1), async (at, factor) => {
        const runner = faultyRunner([{ output: at.output, fault: scaled(factor) }]);
        const found = await bisect({ ...testModels[at.name](), runner, job, oracle });
        expect(found.isolated?.wrong.map(({ node }) => node)).toEqual([at.node]);
      }),
      { numRuns: 6, seed: 14 },
    );
  });

  it("finds a fusion that is wrong, which exposing hides", async () => {
    const { model, inputs } = testModels.residual();
    const outputOf = (node: string) =>
      model.graph?.node.find(({ name }) => name === node)?.output[0] as string;
    const [inner, outer] = [outputOf("3_Conv"), outputOf("4_BatchNormalization")];
    const runner = changingRunner((part) => {
      const { producerOf, graph } = indexGraph(part);
      const seen = graph.output.some(({ name }) => name === inner);
      return !seen && producerOf.has(inner) && producerOf.has(outer)
        ? (withFault(part, outer, scaled(1.02)) ?? part)
        : part;
    });
    const found = await bisect({ model, inputs, runner, job, oracle });
    expect(found.hidden.map(({ nodes }) => nodes.map(({ node }) => node))).toEqual([
      ["3_Conv", "4_BatchNormalization"],
    ]);
  });

  it("leaves out what the runtime does not hand out, and judges the rest", async () => {
    const net = new Net(3);
    const sequence = net.add("SequenceConstruct", [net.add("Exp", ["x"]), "x"]);
    net.add(
      "Neg",
      [net.add("SequenceAt", [sequence, tensor("int64", BigInt64Array.of(0n), [])])],
      {},
      { output: "y" },
    );
    const model = net.model({ x: { dims: ["n", 3] } }, { y: { dims: ["n", 3] } });
    const runner = faultyRunner([{ output: "y", fault: scaled(1.1) }]);
    const found = await bisect({ model, inputs: { x: floats([1, 2, 3], [1, 3]) }, runner, job, oracle });
    expect(found.isolated?.wrong.map(({ opType }) => opType)).toEqual(["Neg"]);
    expect(found.isolated?.unseen.map(({ opType }) => opType).toSorted()).toEqual([
      "SequenceAt",
      "SequenceConstruct",
    ]);
  });
});

describe("4-bit weights that node-cpu fuses wrongly (onnxsim/onnxsim#749)", () => {
  it("are found by node-cpu with nothing rewritten", async () => {
    // Right to 6e-7 at `disabled` and `basic` in Python's onnxruntime 1.30, off by 0.011 at `all`.
    const packed = Uint8Array.from({ length: 256 }, (_, i) => (i * 37) & 255);
    const weight = { ...makeTensor("w", tensor("uint8", packed, [256])), dataType: 22, dims: [32n, 16n] };
    const scale = makeTensor("s", tensor("float32", new Float32Array(16).fill(0.05), [1, 16]));
    const nodes = [
      makeNode("DequantizeLinear", ["w", "s"], ["wf"], {
        name: "dq",
        attributes: { axis: 0n, block_size: 32n },
      }),
      makeNode("MatMul", ["x", "wf"], ["y"], { name: "mm" }),
    ];
    const value = (name: string, dims: (string | number)[]) => makeTensorValueInfo(name, "float32", dims);
    const graph = makeGraph(
      nodes,
      "int4",
      [value("x", ["n", 32])],
      [value("y", ["n", 16])],
      [weight as never, scale],
    );
    const model = makeModel(graph, { opset: 21, irVersion: 10 });
    const x = floats(
      Float32Array.from({ length: 128 }, (_, i) => Math.sin(i * 1.7) * 2),
      [4, 32],
    );
    const found = await bisect({ model, inputs: { x }, runner: soundRunner, job, oracle });
    expect(found.final?.[0]?.maxAbs).toBeGreaterThan(1e-3);
    expect(found.hidden.flatMap(({ nodes: part }) => part.map(({ node }) => node))).toContain("mm");
  });
});
