import { type DType, type Tensor, tensor } from "@congruent/core";
import {
  makeTensorValueInfo as info,
  makeGraph,
  makeModel,
  makeNode,
  makeTensor,
  type NodeProto,
  type TensorProto,
} from "@congruent/onnx";
import { interpret } from "@congruent/reference";
import { describe, expect, it } from "@jest/globals";
import fc from "fast-check";
import { generateInputs, guessStrategy } from "./index.js";

const ROWS = 7;
const int64 = (name: string, ...values: number[]) =>
  makeTensor(name, tensor("int64", BigInt64Array.from(values, BigInt), [values.length]));
const scalar = (name: string, value: number) =>
  makeTensor(name, tensor("int64", BigInt64Array.of(BigInt(value)), []));

/** Ways from a stored table of ROWS entries to the one that is read. */
const tables: Readonly<Record<string, { nodes: NodeProto[]; weights: TensorProto[] }>> = {
  plain: {
    nodes: [makeNode("Identity", ["w"], ["table"])],
    weights: [makeTensor("w", tensor("float32", new Float32Array(ROWS * 2), [ROWS, 2]))],
  },
  dequantized: {
    nodes: [makeNode("DequantizeLinear", ["w", "scale"], ["table"])],
    weights: [
      makeTensor("w", tensor("int8", new Int8Array(ROWS * 2), [ROWS, 2])),
      makeTensor("scale", tensor("float32", Float32Array.of(0.5), [])),
    ],
  },
  "half, cast": {
    nodes: [makeNode("Cast", ["w"], ["table"], { attributes: { to: 1n } })],
    weights: [makeTensor("w", tensor("float16", new Uint16Array(ROWS * 2), [ROWS, 2]))],
  },
  transposed: {
    nodes: [makeNode("Transpose", ["w"], ["table"], { attributes: { perm: [1n, 0n] } })],
    weights: [makeTensor("w", tensor("float32", new Float32Array(ROWS * 2), [2, ROWS]))],
  },
  "reshaped, scaled": {
    nodes: [makeNode("Reshape", ["w", "shape"], ["flat"]), makeNode("Mul", ["flat", "two"], ["table"])],
    weights: [
      makeTensor("w", tensor("float32", new Float32Array(ROWS * 2), [ROWS * 2])),
      int64("shape", -1, 2),
      makeTensor("two", tensor("float32", Float32Array.of(2), [1])),
    ],
  },
  "a squeezed axis": {
    nodes: [makeNode("Squeeze", ["w", "first"], ["table"])],
    weights: [
      makeTensor("w", tensor("float32", new Float32Array(ROWS * 2), [1, ROWS, 2])),
      int64("first", 0),
    ],
  },
};

/** Ways from the input to the indices; `least` is how many of the table's entries the input may then point to. */
const ways: Readonly<Record<string, { nodes: NodeProto[]; weights?: TensorProto[]; shift?: number }>> = {
  direct: { nodes: [makeNode("Identity", ["ids"], ["at"])] },
  cast: { nodes: [makeNode("Cast", ["ids"], ["at"], { attributes: { to: 6n } })] },
  unsqueezed: { nodes: [makeNode("Unsqueeze", ["ids", "axis"], ["at"])], weights: [int64("axis", 0)] },
  "through a branch of Where": {
    nodes: [makeNode("Equal", ["ids", "ids"], ["same"]), makeNode("Where", ["same", "ids", "ids"], ["at"])],
  },
  "after an offset": {
    nodes: [makeNode("Add", ["ids", "two"], ["at"])],
    weights: [scalar("two2", 2)],
    shift: 2,
  },
};

function model(table: string, way: string) {
  const { nodes, weights } = tables[table] as (typeof tables)[string];
  const to = ways[way] as (typeof ways)[string];
  const renamed = to.nodes.map((node) =>
    makeNode(
      node.opType,
      node.input.map((name) => (name === "two" ? "two2" : name)),
      [...node.output],
      {
        attributes: Object.fromEntries(node.attribute.map(({ name, i }) => [name, i])),
      },
    ),
  );
  return makeModel(
    makeGraph(
      [...nodes, ...renamed, makeNode("Gather", ["table", "at"], ["y"])],
      "g",
      [info("ids", "int64", ["n", 3])],
      [info("y", "float32", ["n", "columns"])],
      [...weights, ...(to.weights ?? [])],
    ),
  );
}

describe("ids", () => {
  const all = Object.keys(tables).flatMap((table) => Object.keys(ways).map((way) => [table, way] as const));

  it.each(all)("point into a table that is %s, %s: and to all of it", (table, way) => {
    const made = model(table, way);
    const shift = ways[way]?.shift ?? 0;
    expect(guessStrategy(made, { name: "ids", dtype: "int64", dims: ["n", 3] })).toEqual({
      name: "integers",
      parameters: [0, ROWS - shift],
    });
    // The reference refuses an index that is outside.
    const { tensors } = generateInputs(made, { seed: 5 });
    const feeds = { ids: tensors.ids as Tensor<"int64"> };
    const value = { dtype: "int64" as const, dims: [...feeds.ids.dims], data: feeds.ids.data };
    expect(() => interpret(made, { ids: value })).not.toThrow();
    expect(Math.max(...Array.from(feeds.ids.data, Number))).toBe(ROWS - shift - 1);
  });

  it("of a table whose size is not known are 0", () => {
    const nodes = [makeNode("Exp", ["x"], ["table"]), makeNode("Gather", ["table", "ids"], ["y"])];
    const inputs = [info("x", "float32", ["rows", 2]), info("ids", "int64", ["n"])];
    const made = makeModel(makeGraph(nodes, "g", inputs, [info("y", "float32", ["n", 2])]));
    expect(guessStrategy(made, { name: "ids", dtype: "int64", dims: ["n"] }).parameters).toEqual([0, 1]);
  });
});

describe("other inputs", () => {
  const alone = (
    name: string,
    dtype: DType,
    dims: (number | string)[],
    nodes = [makeNode("Identity", [name], ["y"])],
  ) => {
    const made = makeModel(
      makeGraph(nodes, "g", [info(name, dtype, dims)], [info("y", dtype, dims)], [scalar("rate", 16000)]),
    );
    return { made, strategy: guessStrategy(made, { name, dtype, dims }) };
  };

  it.each(["int64", "int32", "float32", "bool", "uint8"] as const)(
    "masks of %s begin with ones and end with zeros",
    (dtype) => {
      fc.assert(
        fc.property(fc.integer({ min: 2, max: 40 }), fc.integer(), (length, seed) => {
          const { made } = alone("attention_mask", dtype, ["n", length]);
          const { attention_mask: mask } = generateInputs(made, { seed, samples: 3 }).tensors;
          const values = Array.from(mask?.data as ArrayLike<number | bigint>, Number);
          for (let row = 0; row < 3; row++) {
            const line = values.slice(row * length, (row + 1) * length).join("");
            expect(line).toMatch(/^1+0+$/);
            expect(line.indexOf("0")).toBeGreaterThanOrEqual(length / 2);
          }
        }),
      );
    },
  );

  it("bytes are bytes, a truth value a bit, and what a model compares a scalar with is that", () => {
    expect(alone("raw", "uint8", ["n", 4]).strategy.name).toBe("pixels");
    expect(
      alone("training", "int64", [], [makeNode("Cast", ["training"], ["y"], { attributes: { to: 9n } })])
        .strategy.name,
    ).toBe("bits");
    expect(alone("sr", "int64", [], [makeNode("Equal", ["sr", "rate"], ["y"])]).strategy).toEqual({
      name: "constant",
      parameters: [16000],
    });
  });

  it("lengths are those of the other inputs", () => {
    const nodes = [makeNode("Identity", ["x"], ["y"]), makeNode("Identity", ["x_lengths"], ["z"])];
    const inputs = [info("x", "float32", ["n", "time", 4]), info("x_lengths", "int64", ["n"])];
    const made = makeModel(
      makeGraph(nodes, "g", inputs, [info("y", "float32", ["n", "time", 4]), info("z", "int64", ["n"])]),
    );
    const { tensors } = generateInputs(made, { seed: 1, shapes: new Map([["time", [23]]]), samples: 2 });
    expect(Array.from(tensors.x_lengths?.data as BigInt64Array)).toEqual([23n, 23n]);
  });
});

describe("--fill", () => {
  const filled = (dtype: DType, dims: number[], text: string) => {
    const made = makeModel(
      makeGraph(
        [makeNode("Identity", ["sr"], ["y"])],
        "g",
        [info("sr", dtype, dims)],
        [info("y", dtype, dims)],
      ),
    );
    return Array.from(
      generateInputs(made, { seed: 1, samples: 1, fills: [text] }).tensors.sr?.data as ArrayLike<
        number | bigint
      >,
      Number,
    );
  };

  it.each(["sr=16000", "sr=constant:16000", "sr=16e3", "16000", "sr=[16000]"])(
    "takes %s for a scalar and for one element",
    (text) => {
      for (const dtype of ["int64", "int32", "float32"] as const) {
        expect(filled(dtype, [], text)).toEqual([16000]);
        expect(filled(dtype, [1], text)).toEqual([16000]);
      }
    },
  );

  it("takes several numbers and truth values", () => {
    expect(filled("float32", [3], "sr=0.5,1,0.25")).toEqual([0.5, 1, 0.25]);
    expect(filled("bool", [], "sr=true")).toEqual([1]);
    expect(filled("bool", [], "sr=false")).toEqual([0]);
  });

  it.each([
    ["int8", "sr=16000"],
    ["uint8", "sr=-1"],
    ["int64", "sr=0.5"],
    ["bool", "sr=2"],
  ] as const)("refuses for %s what it does not hold: %s", (dtype, text) => {
    expect(() => filled(dtype, [], text)).toThrow(expect.objectContaining({ code: "E_FILL" }));
  });
});
