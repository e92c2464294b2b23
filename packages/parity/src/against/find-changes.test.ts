import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { create } from "@bufbuild/protobuf";
import {
  type AttributeProto,
  AttributeProto_AttributeType,
  AttributeProtoSchema,
  decodeModel,
  encodeModel,
  indexGraph,
  type ModelProto,
  makeGraph,
  makeModel,
  makeNode,
  makeTensorValueInfo,
  type NodeProto,
  NodeProtoSchema,
  TensorProto_DataType,
} from "@congruent/onnx";
import { sampleGraphs, seededNumbers, tinyClassifier } from "@congruent/onnx/testing";

import { describe, expect, it } from "@jest/globals";
import { findChanges } from "./find-changes.js";

const lenet = fileURLToPath(new URL("../fixtures/lenet-6-channels.onnx", import.meta.url));
const models: Record<string, () => ModelProto> = {
  lenet: () => decodeModel(readFileSync(lenet)),
  tiny: () => tinyClassifier().model,
  ...Object.fromEntries(Object.entries(sampleGraphs).map(([name, { model }]) => [name, () => model])),
};

/** A copy that shares nothing. */
const copy = (model: ModelProto) => decodeModel(encodeModel(model));

interface Mutation {
  kind: string;
  /** The changed node's name in the original file. */
  node: string;
  model: ModelProto;
}

/** Every mutation of one kind and node that the model allows; each gives a copy with one thing changed. */
function mutations(original: ModelProto): Mutation[] {
  const { nodes, weights, consumersOf } = indexGraph(original);
  return nodes.flatMap(({ index, name, proto }): Mutation[] => {
    const made = (kind: string, change: (node: NodeProto, model: ModelProto) => void): Mutation => {
      const model = copy(original);
      change(model.graph?.node[index] as NodeProto, model);
      return { kind, node: name, model };
    };
    const own = proto.input.find(
      (input) =>
        weights.get(input)?.dataType === TensorProto_DataType.FLOAT && consumersOf.get(input)?.length === 1,
    );
    return [
      made("operator", (node) => {
        node.opType = node.opType === "Relu" ? "Sigmoid" : "Relu";
      }),
      made("attribute", (node) => {
        const i = AttributeProto_AttributeType.INT;
        const [first] = node.attribute;
        if (first) bump(first);
        else node.attribute.push(create(AttributeProtoSchema, { name: "new", type: i, i: 3n }));
      }),
      ...(own === undefined
        ? []
        : [made("weight", (_, model) => nudge(model.graph?.initializer.find((each) => each.name === own)))]),
    ];
  });
}

function bump(attribute: AttributeProto): void {
  const inner = attribute.g?.node[0];
  if (inner) inner.opType = inner.opType === "Exp" ? "Log" : "Exp";
  else if (attribute.ints.length > 0) attribute.ints[0] = (attribute.ints[0] as bigint) + 1n;
  else if (attribute.floats.length > 0) attribute.floats[0] = (attribute.floats[0] as number) + 1;
  else if (attribute.s.length > 0) attribute.s = new TextEncoder().encode("CHANGED");
  else if (attribute.t) nudge(attribute.t);
  else if (attribute.f !== 0) attribute.f *= 2;
  else attribute.i += 1n;
}

/** The smallest change that a float32 weight can have: the last bit of its first value. */
function nudge(tensor: { rawData: Uint8Array; floatData: number[] } | undefined): void {
  if (!tensor) throw new Error("no such weight");
  if (tensor.rawData.length > 0) tensor.rawData[0] = (tensor.rawData[0] as number) ^ 1;
  else tensor.floatData[0] = (tensor.floatData[0] as number) + 1;
}

/** As another exporter would have written it: no node names, other names for values and weights, weights in another order. */
function anonymous(model: ModelProto): ModelProto {
  const { graph } = model;
  if (!graph) return model;
  const kept = new Set([...graph.input, ...graph.output].map(({ name }) => name));
  const rename = (name: string) => (name === "" || kept.has(name) ? name : `other/${name.length}/${name}`);
  for (const node of graph.node) {
    node.name = "";
    node.input = node.input.map(rename);
    node.output = node.output.map(rename);
    for (const attribute of node.attribute) {
      for (const inner of attribute.g?.node ?? []) {
        inner.name = "";
        inner.input = inner.input.map(rename);
      }
    }
  }
  for (const weight of graph.initializer) weight.name = rename(weight.name);
  graph.valueInfo = [];
  graph.initializer.reverse();
  return model;
}

describe.each(Object.entries(models))("findChanges on %s", (_, load) => {
  const original = load();

  it("finds nothing between a file and its copy with other names of nodes", () => {
    expect(findChanges(original, copy(original)).changes).toEqual([]);
    const { changes, matched } = findChanges(original, anonymous(copy(original)));
    expect(changes).toEqual([]);
    expect(matched).toMatchObject({ unmatched: 0 });
  });

  it("names exactly the node that a change was made to: by name, and by structure where names are gone", () => {
    const next = seededNumbers(11);
    const all = mutations(original);
    // All of a small model, a seeded choice of a large one.
    const some = all.length <= 40 ? all : all.filter(() => next() > 1 - 80 / all.length);
    expect(some.length).toBeGreaterThan(3);
    for (const { kind, node, model } of some) {
      for (const [how, changed] of [
        ["named", model],
        ["nameless", anonymous(copy(model))],
      ] as const) {
        const found = findChanges(original, changed).changes.map((change) => [how, change.kind, change.node]);
        expect(found).toEqual([[how, kind, node]]);
      }
    }
  });
});

describe("findChanges", () => {
  const { model } = tinyClassifier();
  const changed = (change: (copied: ModelProto) => void) => {
    const copied = copy(model);
    change(copied);
    return findChanges(model, copied).changes;
  };

  it("writes an attribute of single precision as people do", () => {
    const value = (name: string) => makeTensorValueInfo(name, "float32", ["N"]);
    const leaky = (alpha: number) => {
      const node = makeNode("LeakyRelu", ["x"], ["y"], { attributes: { alpha } });
      return makeModel(makeGraph([node], "g", [value("x")], [value("y")]));
    };
    const [change] = findChanges(copy(leaky(0.1)), copy(leaky(1 / 3))).changes;
    expect(change?.what).toBe("attribute alpha is 0.33333334 instead of 0.1");
  });

  it("says how much of a weight changed", () => {
    expect(
      changed(({ graph }) => {
        const bytes = graph?.initializer.find(({ name }) => name === "W")?.rawData as Uint8Array;
        // 1 became 1.5: the first value of the tiny classifier's weights.
        new DataView(bytes.buffer, bytes.byteOffset).setFloat32(0, 1.5, true);
      }),
    ).toMatchObject([
      { kind: "weight", opType: "MatMul", what: "weight W: 1 of 12 values differ, by at most 0.5" },
    ]);
  });

  it("tells a node that was put in, one that was left out, and what reads something else for it", () => {
    const inserted = changed(({ graph }) => {
      const softmax = graph?.node.find(({ opType }) => opType === "Softmax") as NodeProto;
      softmax.input = ["doubled"];
      const twice = create(NodeProtoSchema, {
        name: "twice",
        opType: "Add",
        input: ["logits", "logits"],
        output: ["doubled"],
      });
      graph?.node.splice(3, 0, twice);
    });
    expect(inserted.map(({ kind, node }) => [kind, node])).toEqual([
      ["wiring", "probabilities"],
      ["added", "twice"],
    ]);
  });

  it("pairs inputs by their names in any order, others by their order", () => {
    const difference = (inputs: string[], reads: string[]) => {
      const values = inputs.map((name) => makeTensorValueInfo(name, "float32", ["N"]));
      const y = makeTensorValueInfo("y", "float32", ["N"]);
      return makeModel(makeGraph([makeNode("Sub", reads, ["y"])], "g", values, [y]));
    };
    const original = difference(["a", "b"], ["a", "b"]);
    const kinds = (other: ModelProto) => findChanges(original, other).changes.map(({ kind }) => kind);
    expect(kinds(difference(["b", "a"], ["a", "b"]))).toEqual(["interface"]);
    expect(kinds(difference(["p", "q"], ["p", "q"]))).toEqual(["interface"]);
    expect(kinds(difference(["p", "a"], ["a", "p"]))).toEqual(["interface"]);
    // The same graph but for the names: what is subtracted from what is the other way round.
    expect(kinds(difference(["a", "b"], ["b", "a"]))).not.toEqual([]);
    expect(kinds(difference(["b", "a"], ["b", "a"]))).not.toEqual(["interface"]);
  });

  it("sees another interface and another operator set", () => {
    const found = changed((copied) => {
      (copied.graph?.output[0] as { name: string }).name = "class";
      (copied.opsetImport[0] as { version: bigint }).version += 1n;
    });
    expect(found.map(({ kind }) => kind)).toEqual(["interface", "opset"]);
  });
});
