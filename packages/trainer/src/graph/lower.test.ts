/** @needs tensorflow */
import { timeLimits } from "@congruent/core/testing";
import { expect, it, jest } from "@jest/globals";
import { DataType } from "../generated/tensorflow/core/framework/types_pb.js";
import { binding, op, recordingOf } from "../testing/recordings.js";
import { GraphBuilder } from "./graph-builder.js";
import { lower } from "./lower.js";

jest.setTimeout(timeLimits.training);

it("only a reshape gets -1 for the batch; another reader of the same shape gets arithmetic", () => {
  const builder = new GraphBuilder();
  const x = builder.placeholder("x", DataType.DT_FLOAT, [null, 6]);
  const size = builder.placeholder("size", DataType.DT_INT32, []);
  const recording = recordingOf(
    [op("Reshape", [1, 2], 3), op("BroadcastTo", [3, 2], 4)],
    { 1: [3, 6], 3: [3, 2, 3], 4: [3, 2, 3] },
    { 2: [3, 2, 3] },
  );
  const expressions = new Map([[2, { kind: "linear" as const, slope: [1, 0, 0], offset: [0, 2, 3] }]]);
  lower({
    builder,
    binding,
    recording,
    inputs: new Map([[1, x]]),
    outputs: [4],
    batch: { expressions, size: () => size },
  });
  const nodes = new Map(builder.build().node.map((node) => [node.name, node]));
  const inputOf = (name: string) => nodes.get(nodes.get(`layer/${name}`)?.input[1] ?? "");
  expect(inputOf("Reshape")?.op).toBe("Const");
  expect(inputOf("BroadcastTo")?.op).toBe("AddV2");
});

it("what is one number throughout is filled, in a shape that follows the batch", () => {
  const builder = new GraphBuilder();
  const x = builder.placeholder("x", DataType.DT_FLOAT, [null, 6]);
  const size = builder.placeholder("size", DataType.DT_INT32, []);
  const dims = { kind: "linear" as const, slope: [1, 0], offset: [0, 6] };
  const expressions = new Map([[2, { kind: "filled" as const, value: 3, dims }]]);
  lower({
    builder,
    binding,
    recording: recordingOf([op("Add", [1, 2], 3)], { 1: [3, 6], 3: [3, 6] }, { 2: [3, 3, 3] }),
    inputs: new Map([[1, x]]),
    outputs: [3],
    batch: { expressions, size: () => size },
  });
  const nodes = new Map(builder.build().node.map((node) => [node.name, node]));
  const fill = nodes.get(nodes.get("layer/Add")?.input[1] ?? "");
  expect(fill?.op).toBe("Fill");
  const [shape, value] = fill?.input.map((name) => nodes.get(name)?.op) ?? [];
  expect([shape, value]).toEqual(["AddV2", "Const"]);
});

it("an attribute that a graph cannot hold is refused with the layer's name", () => {
  const builder = new GraphBuilder();
  const x = builder.placeholder("x", DataType.DT_FLOAT, [2]);
  const odd = op("Relu", [1], 2, [{ name: "odd", type: -1, value: 1 }]);
  const recording = recordingOf([odd], { 1: [2], 2: [2] }, {});
  expect(() => lower({ builder, binding, recording, inputs: new Map([[1, x]]), outputs: [2] })).toThrow(
    expect.objectContaining({ code: "E_CAPTURE_ATTRIBUTE", what: expect.stringContaining('"layer"') }),
  );
});
