import { tinyClassifier } from "@congruent/onnx/testing";
import { afterAll, beforeAll, describe, expect, it } from "@jest/globals";
import { type LoadOptions, load, type Model } from "./index.js";

const { bytes } = tinyClassifier();

describe("options", () => {
  let model: Model;
  beforeAll(async () => {
    model = await load(bytes);
  });
  afterAll(() => model.close());

  it.each<[string, object | null, string, RegExp]>([
    [
      "a misspelled option",
      { thread: 1 },
      "E_OPTION",
      /no option of load called "thread".*did you mean "threads"/s,
    ],
    ["a misspelled runtime", { runtime: "node-cup" }, "E_RUNTIME_NAME", /did you mean "node-cpu"/],
    ["a runtime that is no ONNX Runtime", { runtime: "tfjs" }, "E_RUNTIME_NAME", /no runtime called "tfjs"/],
    ["fewer than no threads", { threads: -1 }, "E_OPTION", /threads of load is -1.*at least 1/s],
    ["half a thread", { threads: 0.5 }, "E_OPTION", /threads of load is 0.5/],
    ["a level that there is not", { optimization: "more" }, "E_OPTION", /optimization of load is "more"/],
    ["a number as a folder", { wasmPaths: 7 }, "E_OPTION", /wasmPaths of load is 7/],
    ["no signal", { signal: true }, "E_OPTION", /expected: an AbortSignal/],
    ["null", null, "E_OPTION", /options of load are null/],
    ["a text", "node-cpu" as never, "E_OPTION", /options of load are a string/],
  ])("load refuses %s by its name", async (_, options, code, words) => {
    const refused = load(bytes, options as LoadOptions);
    await expect(refused).rejects.toMatchObject({ code, exit: 2, message: expect.stringMatching(words) });
  });

  it("run and classify refuse a misspelled option", async () => {
    const pixels = [new Float32Array(4)];
    await expect(model.classify(pixels, { singal: null } as never)).rejects.toMatchObject({
      code: "E_OPTION",
      fix: 'did you mean "signal"?',
    });
    await expect(model.run({}, { batchsize: 2 } as never)).rejects.toMatchObject({
      code: "E_OPTION",
      fix: 'did you mean "batchSize"?',
    });
  });
});
