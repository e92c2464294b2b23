import { fileURLToPath } from "node:url";
import { tensor } from "@congruent/core";
import { askScript } from "@congruent/core/process";
import { describe, expect, it } from "@jest/globals";
import { runInBrowser } from "./web/run-in-browser.js";

// Elsewhere the system does not tell what a process holds, and the limit is refused.
const onLinux = process.platform === "linux" ? describe : describe.skip;

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
      batchSize: 1,
      wholeBatches: false,
      cap: null,
      timeoutMs: 150_000,
      // A browser with one empty page takes more.
      memoryBytes: 2 ** 25,
    };
    await expect(runInBrowser(job, "web-wasm")).rejects.toMatchObject({ code: "E_MEMORY" });
  });
});
