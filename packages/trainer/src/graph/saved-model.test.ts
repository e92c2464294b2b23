/** @needs tensorflow */

import { tmpdir } from "node:os";
import { join } from "node:path";
import { timeLimits } from "@congruent/core/testing";
import { loadTensorFlow, type TensorFlow } from "@congruent/toolchain";
import { beforeAll, expect, it, jest } from "@jest/globals";
import { DataType } from "../generated/tensorflow/core/framework/types_pb.js";
import { GraphBuilder } from "./graph-builder.js";
import { GraphSession } from "./saved-model.js";

jest.setTimeout(timeLimits.training);

let tf: TensorFlow;
beforeAll(async () => {
  tf = await loadTensorFlow({ device: "cpu" });
});

it("a graph that TensorFlow refuses is told with the layer's name", async () => {
  const builder = new GraphBuilder();
  builder.add("NoSuchOperator", "inner/odd_layer/NoSuchOperator", []);
  await expect(GraphSession.open(tf, builder.build())).rejects.toMatchObject({
    code: "E_GRAPH_LOAD",
    what: expect.stringMatching(/at inner\/odd_layer: .*NoSuchOperator/s),
  });
});

it("a temporary folder that is not there is told as what it is", async () => {
  const builder = new GraphBuilder();
  builder.placeholder("x", DataType.DT_FLOAT, []);
  await expect(GraphSession.open(tf, builder.build(), join(tmpdir(), "not-there"))).rejects.toMatchObject({
    code: "E_WRITE",
    what: expect.stringContaining("it does not exist"),
    fix: expect.stringContaining("TMPDIR"),
  });
});
