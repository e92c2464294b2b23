import { tensor } from "@congruent/core";
import { tinyClassifier } from "@congruent/onnx/testing";
import { describe, expect, it } from "@jest/globals";
import { load } from "./index.js";
import { loadOn } from "./load.js";
import { FakePlatform } from "./testing/fake-platform.js";

const { bytes, card } = tinyClassifier();
const left = () => Float32Array.of(255, 0, 0, 0);

/** A model whose runs end when they are told to. */
async function gated() {
  const platform = new FakePlatform([{ runtime: "node-cpu" }]);
  const gates: (() => void)[] = [];
  const { open } = platform;
  platform.open = async (...given) => {
    const session = await open.apply(platform, given);
    const { run } = session;
    return {
      ...session,
      run: async (feeds) => {
        await new Promise<void>((resolve) => gates.push(resolve));
        return run(feeds);
      },
    };
  };
  const model = await loadOn(platform, bytes);
  const settle = () => new Promise(setImmediate);
  const openOne = async () => {
    gates.shift()?.();
    await settle();
  };
  return { platform, model, gates, openOne, settle };
}

describe("close", () => {
  it("waits for every batch of the pictures that are being classified", async () => {
    const { platform, model, gates, openOne, settle } = await gated();
    const answers = model.classify(Array.from({ length: 600 }, left));
    const closed = model.close();
    await expect(model.classify([left()])).rejects.toMatchObject({ code: "E_CLOSED" });
    let batches = 0;
    for (await settle(); gates.length > 0; batches++) {
      expect(platform.openSessions).toBe(1);
      await openOne();
    }
    await closed;
    expect(batches).toBe(3);
    expect(platform.openSessions).toBe(0);
    expect((await answers).map(({ label }) => label)).toEqual(Array(600).fill("left"));
  });

  it("is what `await using` calls", async () => {
    const platform = new FakePlatform([{ runtime: "node-cpu" }]);
    const model = await loadOn(platform, bytes);
    await model[Symbol.asyncDispose]();
    expect(platform.openSessions).toBe(0);
    await expect(model.run({})).rejects.toMatchObject({
      code: "E_CLOSED",
      message: expect.stringContaining("this call of run"),
    });
  });
});

describe("a call's signal", () => {
  it("rejects the call at once and begins no further batch; the model stays usable", async () => {
    const { platform, model, gates, openOne, settle } = await gated();
    const controller = new AbortController();
    const answers = model.classify(Array.from({ length: 600 }, left), { signal: controller.signal });
    const refused = expect(answers).rejects.toMatchObject({ code: "E_ABORTED", cause: "enough" });
    await settle();
    expect(gates).toHaveLength(1);
    controller.abort("enough");
    await refused;
    await openOne();
    expect(gates).toHaveLength(0);
    expect(platform.runs).toBe(1);
    const next = model.classify([left()], { signal: new AbortController().signal });
    await settle();
    await openOne();
    expect((await next)[0]?.label).toBe("left");
    await model.close();
  });

  it("that is aborted already begins nothing", async () => {
    const platform = new FakePlatform([{ runtime: "node-cpu" }]);
    const model = await loadOn(platform, bytes);
    const signal = AbortSignal.abort();
    await expect(model.classify([left()], { signal })).rejects.toMatchObject({ code: "E_ABORTED" });
    await expect(
      model.run({ pixels: tensor("float32", left(), [1, 2, 2, 1]) }, { signal }),
    ).rejects.toMatchObject({
      code: "E_ABORTED",
    });
    expect(platform.runs).toBe(0);
    await model.close();
  });
});

describe("classify", () => {
  it("keeps to the file's card, whatever the app does with the one that it is given", async () => {
    const model = await load(bytes);
    model.card?.labels.fill("mine");
    Object.assign(model.card?.input ?? {}, { height: 28, width: 28, range: [0, 1] });
    expect((await model.classify([left()]))[0]?.label).toBe("left");
    await model.close();
  });

  it("answers by the pixels as they were when it was called", async () => {
    const { model, openOne, settle } = await gated();
    const pixels = left();
    const answers = model.classify([pixels]);
    pixels.set([0, 255, 0, 0]);
    await settle();
    await openOne();
    expect((await answers)[0]?.label).toBe("left");
    await model.close();
  });

  it.each<[string, unknown, RegExp]>([
    ["one array", left(), /given one array of 4 values.*\n.*\n.*classify\(\[pixels\]\)/],
    ["an array of numbers", [[255, 0, 0, 0]], /picture 0 is Array/],
    ["null in a list", [left(), null], /picture 1 is null/],
    ["null", null, /given as null/],
    ["bytes", [new Uint8Array(4)], /picture 0 is Uint8Array/],
  ])("refuses %s", async (_, pictures, words) => {
    const model = await load(bytes);
    await expect(model.classify(pictures as never)).rejects.toMatchObject({
      code: "E_INPUT_DTYPE",
      message: expect.stringMatching(words),
    });
    await model.close();
  });

  it("answers a hundred concurrent calls each with its own", async () => {
    const model = await load(bytes);
    const calls = Array.from({ length: 100 }, (_, i) => {
      const picture = new Float32Array(4);
      picture[i % 2] = 255;
      return model.classify(Array(1 + (i % 3)).fill(picture));
    });
    for (const [i, answers] of (await Promise.all(calls)).entries()) {
      expect(answers.map(({ label }) => label)).toEqual(Array(1 + (i % 3)).fill(card.labels[i % 2]));
    }
    await model.close();
  });
});

describe("run", () => {
  it.each([null, undefined, 7, "pixels"])("refuses %p as inputs", async (feeds) => {
    const model = await load(bytes);
    await expect(model.run(feeds as never)).rejects.toMatchObject({ code: "E_INPUT_NAME", exit: 2 });
    await expect(model.run(feeds as never, { batchSize: 2 })).rejects.toMatchObject({ exit: 2 });
    await model.close();
  });
});
