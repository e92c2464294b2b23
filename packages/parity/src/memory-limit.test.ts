/** @needs browser */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";
import { tensor } from "@congruent/core";
import { describeIf, timeLimits } from "@congruent/core/testing";
import { expect, it, jest } from "@jest/globals";
import { askChild } from "./children/ask-child.js";
import { limitMemory, residentBytes } from "./memory-limit.js";
import { runInBrowser } from "./web/run-in-browser.js";

jest.setTimeout(timeLimits.programs);

const onLinux = describeIf(process.platform === "linux", "only Linux tells what a process holds");

onLinux("a memory limit", () => {
  it("counts what a process and its children hold", async () => {
    // A new process: one that has run other tests may take memory that it already holds.
    const program = `process.stdin.once("data", () => {
      globalThis.kept = Buffer.alloc(2 ** 27, 1);
      process.stdout.write("kept");
    });
    process.stdout.write("ready");`;
    const child = spawn(process.execPath, ["-e", program], { stdio: ["pipe", "pipe", "inherit"] });
    try {
      const pids = [child.pid as number];
      await once(child.stdout, "data");
      const before = await residentBytes(pids);
      child.stdin.write("now");
      await once(child.stdout, "data");
      const after = await residentBytes(pids);
      expect(after - before).toBeGreaterThan(2 ** 26);
      // The parent's family includes the child.
      expect(await residentBytes([process.pid])).toBeGreaterThan(after);
    } finally {
      child.kill();
    }
  });

  it("counts nothing for processes that have ended", async () => {
    expect(await residentBytes([2 ** 30])).toBe(0);
  });

  it("ends a child that takes too much", async () => {
    const script = fileURLToPath(new URL("./fixtures/child-eats-memory.js", import.meta.url));
    const asked = askChild({ script, request: {}, timeoutMs: 150_000, memoryBytes: 2 ** 28 });
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

  it("stops looking when told to", async () => {
    const limit = limitMemory(1, async () => [process.pid]);
    limit.stop();
    const silence = new Promise((resolve) => setTimeout(resolve, 400, "silence"));
    await expect(Promise.race([limit.exceeded, silence])).resolves.toBe("silence");
  });
});
