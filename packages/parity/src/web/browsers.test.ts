import { existsSync } from "node:fs";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { BROWSER_FACTS, BROWSERS, tensor } from "@congruent/core";
import { tinyClassifier, tinyProbabilities } from "@congruent/onnx/testing";
import { findBrowser, launchBrowser } from "@congruent/toolchain";
import { familyOf } from "@congruent/toolchain/testing";
import { afterAll, beforeAll, describe, expect, it } from "@jest/globals";
import type { RunnerJob } from "../runner.js";
import { webJobSchema } from "../web-job.js";
import { runInBrowser } from "./run-in-browser.js";
import { BLANK, startServer } from "./server.js";

const SAMPLES = 5;

const folder = (path: string) => fileURLToPath(new URL(path, import.meta.url));
const webApp = folder("../../../../apps/web/dist");
const hangs = folder("../../fixtures/hangs");

/** Why a browser cannot be tried here, or null. */
function whySkipped(found: ReturnType<typeof findBrowser>): string | null {
  if ("why" in found) return found.why;
  return existsSync(join(webApp, "parity.html")) ? null : "apps/web is not built";
}

const onLinux = process.platform === "linux" ? it : it.skip;

describe.each(BROWSERS)("the parity check in %s", (browser) => {
  const { runtimes } = BROWSER_FACTS[browser];
  const why = whySkipped(findBrowser(browser));
  if (why !== null) {
    it.skip(`is left out: ${why}`, () => undefined);
    return;
  }
  let directory: string;
  let job: RunnerJob;
  beforeAll(async () => {
    directory = await mkdtemp(join(tmpdir(), "browsers-"));
    const modelPath = join(directory, "tiny.onnx");
    await writeFile(modelPath, tinyClassifier().bytes);
    const pixels = Float32Array.from({ length: SAMPLES * 4 }, (_, i) => (i * 53) % 256);
    job = {
      modelPath,
      layersDirectory: null,
      webApp,
      inputs: { pixels: tensor("float32", pixels, [SAMPLES, 2, 2, 1]) },
      batchSize: 2,
      wholeBatches: false,
      cap: null,
      timeoutMs: 150_000,
    };
  });
  afterAll(() => rm(directory, { recursive: true }));

  /** What is there of the browser a moment after it was closed. */
  async function remaining(): Promise<string[]> {
    const look = () => familyOf(process.pid).map(({ command }) => command);
    for (let tries = 0; tries < 50 && look().length > 0; tries++) await sleep(100);
    return look();
  }

  for (const runtime of webJobSchema.shape.runtime.options) {
    if (!runtimes.includes(runtime)) {
      it(`has no ${runtime}, which it says at once`, async () => {
        await expect(runInBrowser(job, runtime, { browser })).rejects.toMatchObject({
          code: "E_RUNTIME_UNAVAILABLE",
          exit: 3,
          fix: expect.stringMatching(/chromium or firefox/),
        });
      });
      continue;
    }

    it(`computes on ${runtime} what the formula says`, async () => {
      const { outputs, samples, versions, adapter, placement } = await runInBrowser(job, runtime, {
        browser,
      });
      expect(samples).toBe(SAMPLES);
      const pixels = job.inputs.pixels?.data as Float32Array;
      for (let n = 0; n < SAMPLES; n++) {
        const wanted = tinyProbabilities(pixels.subarray(n * 4, n * 4 + 4));
        for (let k = 0; k < 3; k++) {
          // A few float32 roundings of values up to 1.
          const off = Number(outputs.probabilities?.data[n * 3 + k]) - (wanted[k] as number);
          expect(Math.abs(off)).toBeLessThan(2 ** -20);
        }
        expect(outputs.label?.data[n]).toBe(BigInt(wanted.indexOf(Math.max(...wanted))));
      }
      expect(versions).toMatchObject({ [browser]: expect.stringMatching(/^\d+\.\d/) });
      expect(placement?.fallbacks).toEqual([]);
      expect(adapter).toEqual(runtime === "web-wasm" ? null : expect.stringMatching(/./));
    });
  }

  it("is isolated from other origins on the parity server", async () => {
    const session = await launchBrowser(browser, { webgpu: "off" });
    const { preamble } = session;
    const nothing = { inputs: {}, batchSize: null, threads: 1, optimization: "all" } as const;
    const { modelPath } = job;
    const server = await startServer({ runtime: "web-wasm", modelPath, webApp, preamble, ...nothing });
    try {
      const page = await session.open(server.origin + BLANK);
      expect(await page.evaluate("[crossOriginIsolated, typeof SharedArrayBuffer]")).toEqual([
        true,
        "function",
      ]);
    } finally {
      await session.close();
      await server.close();
    }
  });

  onLinux("ends at the time limit, with what the page said, and leaves no process", async () => {
    const said = "out of memory on the GPU";
    const hang = (timeoutMs: number) =>
      runInBrowser({ ...job, webApp: hangs, timeoutMs }, "web-wasm", { browser }).catch(
        (error: Error) => error,
      );
    // On a busy machine the browser may take all of a short limit to start.
    let ended = await hang(20_000);
    if (!(ended instanceof Error) || !ended.message.includes(said)) ended = await hang(60_000);
    expect(ended).toMatchObject({ code: "E_TIMEOUT", message: expect.stringContaining(said) });
    expect(await remaining()).toEqual([]);
  });

  onLinux("is ended where it takes too much memory", async () => {
    // Less than any browser.
    const memoryBytes = 40 * 2 ** 20;
    const run = runInBrowser({ ...job, webApp: hangs, memoryBytes }, "web-wasm", { browser });
    await expect(run).rejects.toMatchObject({ code: "E_MEMORY" });
    expect(await remaining()).toEqual([]);
  });

  onLinux("that is killed is an error at once", async () => {
    const launch: typeof launchBrowser = async (...how) => {
      const session = await launchBrowser(...how);
      const open = session.open.bind(session);
      session.open = async (...address) => {
        const page = await open(...address);
        for (const pid of await session.processes()) process.kill(pid, "SIGKILL");
        return page;
      };
      return session;
    };
    const run = runInBrowser({ ...job, webApp: hangs }, "web-wasm", { browser, launch });
    await expect(run).rejects.toMatchObject({
      code: "E_CRASH",
      message: expect.stringMatching(/ended|crashed/),
    });
    expect(await remaining()).toEqual([]);
  });
});
