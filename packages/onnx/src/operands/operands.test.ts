import { tensor } from "@congruent/core";
import { describe, expect, it } from "@jest/globals";
import {
  checkModel,
  makeGraph,
  makeModel,
  makeNode,
  makeTensor,
  makeTensorValueInfo,
  operatorArity,
} from "../index.js";
import { OPERAND_RULES, operandFlaw, parsePattern } from "./index.js";

const weight = (name: string, dims: number[]) =>
  makeTensor(name, tensor("float32", new Float32Array(dims.reduce((a, b) => a * b, 1)), dims));

/** A model of one node whose first input is the model's and whose others are weights. */
function model(
  opType: string,
  x: (number | string)[],
  weights: readonly number[][],
  attributes: Record<string, bigint> = {},
) {
  const names = weights.map((_, i) => `w${i}`);
  const node = makeNode(opType, ["x", ...names], ["y"], { name: "node", attributes });
  const graph = makeGraph(
    [node],
    "g",
    [makeTensorValueInfo("x", "float32", x)],
    [makeTensorValueInfo("y", "float32", ["a", "b"])],
    weights.map((dims, i) => weight(`w${i}`, dims)),
  );
  return makeModel(graph, { opset: 17 });
}

describe("checkModel, of operands", () => {
  it.each<[string, (number | string)[], number[][], Record<string, bigint>, string]>([
    ["Conv", ["n", 2, "h", "w"], [[4, 2, 3, 3], [1]], {}, 'B "w1" is of shape [1]; expected: [4]'],
    ["ConvTranspose", ["n", 4, 6, 6], [[4, 16, 4, 4], [1]], {}, "expected: [16]"],
    ["ConvTranspose", ["n", 4, 6, 6], [[4, 2, 4, 4], [2]], { group: 2n }, "expected: [4]"],
    [
      "BatchNormalization",
      ["n", "c", 3, 3],
      [[1], [4], [4], [4]],
      {},
      'B "w1" is of shape [4]; expected: [1]',
    ],
    [
      "BatchNormalization",
      ["n", 4, 3, 3],
      [[1], [4], [4], [4]],
      {},
      'scale "w0" is of shape [1]; expected: [4]',
    ],
    ["InstanceNormalization", ["n", 4, 3], [[4], [3]], {}, "expected: [4]"],
    [
      "LSTM",
      [3, 1, 2],
      [
        [1, 8, 2],
        [1, 8, 2],
        [1, 8],
      ],
      { hidden_size: 2n },
      "expected: [1, 16]",
    ],
    [
      "GRU",
      [3, 1, 2],
      [
        [1, 6, 2],
        [1, 6, 2],
        [1, 6],
      ],
      { hidden_size: 2n },
      "expected: [1, 12]",
    ],
    [
      "RNN",
      [3, 1, 2],
      [
        [1, 2, 2],
        [1, 2, 2],
        [2, 4],
      ],
      { hidden_size: 2n },
      "expected: [1, 4]",
    ],
    ["DequantizeLinear", [5, 3], [[2]], { axis: 0n }, "one element or [5]"],
    ["Gemm", ["n", 3], [[3, 4], [5]], {}, "what broadcasts to [M, 4]"],
    ["LayerNormalization", ["n", 8], [[7]], {}, "what broadcasts to [any, 8]"],
    ["PRelu", ["n", 8], [[3]], {}, "what broadcasts to [any, 8]"],
  ])("refuses %s(%p, %p) by name", (opType, x, weights, attributes, said) => {
    const given = model(opType, x, weights, attributes);
    expect(() => checkModel(given)).toThrow(expect.objectContaining({ code: "E_ONNX_SHAPE", exit: 2 }));
    expect(() => checkModel(given)).toThrow(`a node node (${opType})`);
    expect(() => checkModel(given)).toThrow(said);
  });

  it("sees through what keeps a shape, and into inner graphs' surroundings", () => {
    const nodes = [
      makeNode("Relu", ["x"], ["h"]),
      makeNode("DequantizeLinear", ["q", "s"], ["w"]),
      makeNode("Conv", ["h", "w", "b"], ["y"], { name: "conv" }),
    ];
    const q = makeTensor("q", tensor("int8", new Int8Array(36), [2, 2, 3, 3]));
    const s = makeTensor("s", tensor("float32", Float32Array.of(1), []));
    const io = (name: string) => makeTensorValueInfo(name, "float32", ["n", 2, 5, 5]);
    const graph = makeGraph(nodes, "g", [io("x")], [io("y")], [q, s, weight("b", [3])]);
    expect(() => checkModel(makeModel(graph))).toThrow('B "b" is of shape [3]; expected: [2], the M of W');
  });

  it("takes what fits, and what is not known", () => {
    expect(() => checkModel(model("Conv", ["n", "c", "h", "w"], [[4, 2, 3, 3], [4]]))).not.toThrow();
    expect(() => checkModel(model("BatchNormalization", ["n", "c"], [[4], [4], [4], [4]]))).not.toThrow();
    expect(() =>
      checkModel(
        model(
          "Gemm",
          ["n", 3],
          [
            [3, 4],
            [1, 1],
          ],
        ),
      ),
    ).not.toThrow();
  });
});

describe("the rules of operands", () => {
  it("are of operators that there are, and name no more operands than these take", () => {
    for (const [name, rule] of Object.entries({ ...OPERAND_RULES[""], ...OPERAND_RULES["ai.onnx.ml"] })) {
      const arity = operatorArity(name, 28) ?? operatorArity(name, 10);
      expect([name, arity]).toEqual([name, expect.anything()]);
      if (typeof rule === "string") {
        const [known, most] = [parsePattern(rule).length, arity?.inputs.most ?? 0];
        expect([name, known <= most]).toEqual([name, true]);
      }
    }
  });

  it("leave out operands that are left out", () => {
    const pad = makeNode("Pad", ["x", "pads", "", "axes"], ["y"]);
    expect(operandFlaw(pad, 18, [[2, 3], [4], undefined, [2]])).toBeNull();
    expect(operandFlaw(pad, 18, [[2, 3], [2], undefined, [1]])).toBeNull();
    expect(operandFlaw(pad, 18, [[2, 3], [2]])).toBe(
      'its pads "pads" is of shape [2]; expected: [4], the A of axes',
    );
  });
});
