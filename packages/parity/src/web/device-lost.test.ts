/** @needs browser web */
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { tensor } from "@congruent/core";
import { itIf, timeLimits } from "@congruent/core/testing";
import { tinyClassifier } from "@congruent/onnx/testing";
import { findBrowser, launchBrowser } from "@congruent/toolchain";
import { describe, expect, jest } from "@jest/globals";
import { fake } from "../fixtures/fake-runner.js";
import { type Runner, runParity } from "../index.js";
import { runInBrowser } from "./run-in-browser.js";

jest.setTimeout(timeLimits.programs);

const webApp = fileURLToPath(new URL("../../../../apps/web/dist", import.meta.url));

let launches = 0;

/** Browsers, of which the first one's GPU goes away, as on a driver's reset, once a page has given it work for the third time. */
const vanishing: typeof launchBrowser = async (...how) => {
  const session = await launchBrowser(...how);
  if (launches++ > 0) return session;
  const preamble = `if (globalThis.GPUAdapter) {
    const { requestDevice } = GPUAdapter.prototype;
    GPUAdapter.prototype.requestDevice = async function (...how) {
      const device = await requestDevice.apply(this, how);
      const submit = device.queue.submit.bind(device.queue);
      let times = 0;
      device.queue.submit = (work) => {
        submit(work);
        if (++times === 3) device.destroy();
      };
      return device;
    };
  }`;
  return Object.assign(session, { preamble });
};

describe("an adapter that vanishes midway", () => {
  // The browser brings a software adapter; without a browser there is nothing to lose.
  const browser = findBrowser("chromium");
  const inBrowser = itIf("path" in browser, "why" in browser ? browser.why : "");

  inBrowser("is no failure of the model: it is run again, and the report says so", async () => {
    const directory = await mkdtemp(join(tmpdir(), "device-lost-"));
    const modelPath = join(directory, "model.onnx");
    await writeFile(modelPath, tinyClassifier().bytes);
    const pixels = Float32Array.from({ length: 400 }, (_, i) => (i * 53) % 256);
    const lost: Runner = {
      ...{ runtime: "web-webgpu", browser: "chromium" },
      run: (job) =>
        runInBrowser({ ...job, batching: { mode: "split", size: 5 } }, "web-webgpu", { launch: vanishing }),
    };
    const report = await runParity({
      modelPath,
      inputs: { source: "100 pictures", tensors: { pixels: tensor("float32", pixels, [100, 2, 2, 1]) } },
      runners: [fake("node-cpu"), fake("web-wasm"), lost],
      webApp,
      limits: { timeoutMs: 150_000 },
    });
    await rm(directory, { recursive: true });
    // Beside them, a witness with nothing rewritten: node-cpu once more.
    const own = report.cells.filter(({ variant }) => variant === null);
    expect(own.map(({ runtime, status, reason }) => [runtime, status, reason])).toEqual([
      ["node-cpu", "pass", null],
      ["web-wasm", "pass", null],
      ["web-webgpu", "pass", null],
    ]);
    expect(launches).toBe(2);
    expect(report.notes).toContainEqual(
      expect.stringMatching(/^web-webgpu lost its device \(.*the WebGPU device was lost while it was in use/),
    );
  });
});
