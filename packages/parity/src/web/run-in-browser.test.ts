/** @needs browser */

import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { tensor } from "@congruent/core";
import { itIf, timeLimits } from "@congruent/core/testing";
import { tinyClassifier } from "@congruent/onnx/testing";
import { launchBrowser } from "@congruent/toolchain";
import { killDescendants } from "@congruent/toolchain/testing";
import { afterAll, beforeAll, describe, expect, it, jest } from "@jest/globals";
import type { RunnerJob } from "../runner.js";
import { sharedBrowsers } from "../testing/shared-browser.js";
import { runInBrowser } from "./run-in-browser.js";

jest.setTimeout(timeLimits.programs);

const page = (name: string) => fileURLToPath(new URL(`../../fixtures/${name}`, import.meta.url));

/** For pages that leave the browser as it is. */
const shared = sharedBrowsers();
afterAll(shared.close);

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "run-in-browser-"));
  await writeFile(join(folder, "tiny.onnx"), tinyClassifier().bytes);
});
afterAll(() => rm(folder, { recursive: true }));

/** A job of as many samples as asked, for pages that do not look at the model. */
function jobFor(webApp: string | null, { samples = 2, timeoutMs = 150_000 } = {}): RunnerJob {
  return {
    modelPath: join(folder, "tiny.onnx"),
    layersDirectory: null,
    webApp,
    inputs: { pixels: tensor("float32", new Float32Array(samples * 4), [samples, 2, 2, 1]) },
    batching: { mode: "split", size: 2 },
    cap: null,
    timeoutMs,
  };
}

describe("a page that goes wrong", () => {
  it.each([null, "/nowhere"])("is absent when the web app is not built (%p)", async (webApp) => {
    await expect(runInBrowser(jobFor(webApp), "web-wasm")).rejects.toMatchObject({
      code: "E_RUNTIME_UNAVAILABLE",
      exit: 3,
      fix: "npm run build",
    });
  });

  it("that hangs ends at the time limit, with what it wrote on its console", async () => {
    const said = "out of memory on the GPU";
    const hang = (timeoutMs: number) =>
      runInBrowser(jobFor(page("hangs"), { timeoutMs }), "web-wasm", shared).catch((error: Error) => error);
    const servers = () => process.getActiveResourcesInfo().filter((kind) => kind === "TCPServerWrap").length;
    const before = servers();
    // On a busy machine the browser may take all of a short limit to start.
    let ended = await hang(3000);
    for (const timeoutMs of [12_000, 48_000]) {
      if (!(ended instanceof Error) || !ended.message.includes(said)) ended = await hang(timeoutMs);
    }
    expect(ended).toMatchObject({ code: "E_TIMEOUT", message: expect.stringContaining(said) });
    // A command that is done must be able to end.
    expect(servers()).toBe(before);
  });

  it("that reports a failure is an error, and absent when it says so", async () => {
    await expect(runInBrowser(jobFor(page("faults")), "web-wasm", shared)).rejects.toMatchObject({
      code: "E_RUN",
      exit: 2,
      message: expect.stringMatching(/the kernel failed.*a shader did not compile/),
    });
    await expect(
      runInBrowser(jobFor(page("faults"), { samples: 1 }), "web-wasm", shared),
    ).rejects.toMatchObject({
      code: "E_RUNTIME_UNAVAILABLE",
      exit: 3,
      fix: "another browser",
    });
  });

  it("whose search for an adapter never ends, ends at the time limit", async () => {
    const hung: typeof launchBrowser = async (...how) => {
      const session = await launchBrowser(...how);
      const preamble = `Object.defineProperty(Navigator.prototype, "gpu", {
        get: () => ({ requestAdapter: () => new Promise(() => {}) }),
      });`;
      return Object.assign(session, { preamble });
    };
    const job = jobFor(page("answers"), { timeoutMs: 4000 });
    await expect(runInBrowser(job, "web-webgpu", { launch: hung })).rejects.toMatchObject({
      code: "E_TIMEOUT",
    });
  });

  it("in a browser that comes too late, which is closed then", async () => {
    let close: () => void = () => undefined;
    const closed = new Promise<void>((resolve) => {
      close = resolve;
    });
    let opened = 0;
    const late = new Promise<void>((resolve) => setTimeout(resolve, 200)).then(() => ({
      close: async () => close(),
      open: () => {
        opened++;
        return new Promise<never>(() => undefined);
      },
    }));
    const launch = () => late as unknown as ReturnType<typeof launchBrowser>;
    const job = jobFor(page("answers"), { timeoutMs: 20 });
    await expect(runInBrowser(job, "web-wasm", { launch })).rejects.toMatchObject({ code: "E_TIMEOUT" });
    await closed;
    expect(opened).toBe(0);
  });

  it("in a browser that never starts", async () => {
    const never = () => new Promise<never>(() => undefined);
    const job = jobFor(page("answers"), { timeoutMs: 20 });
    await expect(runInBrowser(job, "web-wasm", { launch: never })).rejects.toMatchObject({
      code: "E_TIMEOUT",
    });
  });

  const onLinux = itIf(process.platform === "linux", "only Linux lists the processes of a browser");

  onLinux("that crashes is an error at once", async () => {
    const start = Date.now();
    const crashing: typeof launchBrowser = async (...how) => {
      const session = await launchBrowser(...how);
      const open = session.open.bind(session);
      session.open = async (...address) => {
        const page = await open(...address);
        killDescendants(/--type=renderer/);
        return page;
      };
      return session;
    };
    const job = jobFor(page("hangs"));
    await expect(runInBrowser(job, "web-wasm", { launch: crashing })).rejects.toMatchObject({
      code: "E_CRASH",
      message: expect.stringContaining("the page crashed"),
    });
    expect(Date.now() - start).toBeLessThan(job.timeoutMs / 2);
  });
});
