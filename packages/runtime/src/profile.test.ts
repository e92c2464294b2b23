import { tensor } from "@congruent/core";
import { tinyClassifier } from "@congruent/onnx/testing";
import { describe, expect, it } from "@jest/globals";
import { load } from "./index.js";
import { placedNodes } from "./profile.js";

const pixels = tensor("float32", new Float32Array(8), [2, 2, 2, 1]);

describe("placement", () => {
  it("names every node that ran and its provider, from the session that computed the numbers", async () => {
    const model = await load(tinyClassifier().bytes, { profile: true, optimization: "disabled" });
    await expect(model.placement()).rejects.toMatchObject({ code: "E_PLACEMENT_PROFILE" });
    await model.run({ pixels });
    const placed = await model.placement();
    // Without the optimizer the nodes are those of the file.
    const { graph } = tinyClassifier().model;
    expect(placed.map(({ opType }) => opType)).toEqual(graph?.node.map(({ opType }) => opType));
    expect(new Set(placed.map(({ provider }) => provider))).toEqual(new Set(["CPUExecutionProvider"]));
    // The session continues after its profile has ended.
    expect((await model.run({ pixels })).label?.dims).toEqual([2]);
    expect(await model.placement()).toEqual(placed);
    await model.close();
  });

  it("refuses what was not asked for", async () => {
    const model = await load(tinyClassifier().bytes);
    await expect(model.placement()).rejects.toMatchObject({ code: "E_PLACEMENT_PROFILE", exit: 2 });
    await model.close();
  });
});

describe("placedNodes", () => {
  it("takes kernel events alone, each node once", () => {
    const kernel = (name: string, index: string, provider: string) => ({
      cat: "Node",
      name: `${name}_kernel_time`,
      args: { op_name: "Conv", provider, node_index: index },
    });
    const events = [
      { cat: "Session", name: "model_run", args: {} },
      kernel("a", "0", "CPUExecutionProvider"),
      { cat: "Node", name: "a_fence_before", args: { op_name: "Conv" } },
      kernel("b", "1", "WebGpuExecutionProvider"),
      kernel("a", "0", "CPUExecutionProvider"),
      { cat: "Api", name: "b&Conv&Conv2dMM", args: {} },
    ];
    expect(placedNodes(JSON.stringify(events))).toEqual([
      { node: "a", opType: "Conv", provider: "CPUExecutionProvider" },
      { node: "b", opType: "Conv", provider: "WebGpuExecutionProvider" },
    ]);
  });

  it.each(["", "{", '{"a":1}'])("refuses %p", (text) => {
    expect(() => placedNodes(text)).toThrow(expect.objectContaining({ code: "E_PLACEMENT_PROFILE" }));
  });
});
