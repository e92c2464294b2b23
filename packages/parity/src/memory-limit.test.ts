/** @needs browser */
import { fileURLToPath } from "node:url";
import { tensor } from "@congruent/core";
import { askScript } from "@congruent/core/process";
import { describeIf, timeLimits } from "@congruent/core/testing";
import { expect, it, jest } from "@jest/globals";
import { runInBrowser } from "./web/run-in-browser.js";

jest.setTimeout(timeLimits.programs);

const onLinux = describeIf(process.platform === "linux", "only Linux tells what a process holds");

onLinux("a memory limit", () => {
  it("ends a child that takes too much", async () => {
    const script = new URL("./fixtures/child-eats-memory.js", import.meta.url);
    const asked = askScript({ script, request: {}, timeoutMs: 150_000, memoryBytes: 2 ** 28 });
    await expect(asked).rejects.toMatchObject({
      code: "E_MEMORY",
      message: expect.stringMatching(/took \d+ MiB of memory, more than the limit of 256 MiB/),
    });
  });

  it("ends a browser that takes too much", async () => {
    const job = {
      modelPath: fileURLToPath(new URL("../../../models/lenet/model.onnx", import.meta.url)),
      layersDirectory: null,
      webApp: fileURLToPath(new URL("../fixtures/hangs", import.meta.url)),
      inputs: { pixels: tensor("float32", new Float32Array(4), [1, 4]) },
      batching: { mode: "split", size: 1 } as const,
      cap: null,
      timeoutMs: 150_000,
      // A browser with one empty page takes more.
      memoryBytes: 2 ** 25,
    };
    await expect(runInBrowser(job, "web-wasm")).rejects.toMatchObject({ code: "E_MEMORY" });
  });
});
