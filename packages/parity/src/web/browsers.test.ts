/** @needs browser firefox webkit web */

import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { BROWSER_RUNTIMES, BROWSERS, RUNTIMES_IN_BROWSERS, tensor } from "@congruent/core";
import { describeIf, itIf, timeLimits } from "@congruent/core/testing";
import { tinyClassifier } from "@congruent/onnx/testing";
import { launchBrowser } from "@congruent/toolchain";
import { familyOf } from "@congruent/toolchain/testing";
import { afterAll, beforeAll, expect, it, jest } from "@jest/globals";
import type { RunnerJob } from "../runner.js";
import { WEB_APP, whyAbsent } from "../testing/why-absent.js";
import { runInBrowser } from "./run-in-browser.js";
import { BLANK, startServer } from "./server.js";

jest.setTimeout(timeLimits.programs);

const SAMPLES = 5;

const folder = (path: string) => fileURLToPath(new URL(path, import.meta.url));
const hangs = folder("../../fixtures/hangs");

const onLinux = itIf(process.platform === "linux", "only Linux lists the processes of a browser");

for (const browser of BROWSERS) {
  const why = whyAbsent({ runtime: "web-wasm", browser });
  describeIf(why === null, why ?? "")(`the parity check in ${browser}`, () => {
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
        webApp: WEB_APP,
        inputs: { pixels: tensor("float32", pixels, [SAMPLES, 2, 2, 1]) },
        batching: { mode: "split", size: 2 },
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

    /** How many servers this process keeps, once those that are closing have closed: each keeps it from its end. */
    async function servers(): Promise<number> {
      await sleep(200);
      return process.getActiveResourcesInfo().filter((kind) => kind === "TCPServerWrap").length;
    }

    // What the others compute is tested by browser-runner.test.
    for (const runtime of BROWSER_RUNTIMES) {
      if (RUNTIMES_IN_BROWSERS.some((each) => each.runtime === runtime && each.browser === browser)) continue;
      it(`has no ${runtime}, which it says at once`, async () => {
        await expect(runInBrowser(job, runtime, { browser })).rejects.toMatchObject({
          code: "E_RUNTIME_UNAVAILABLE",
          exit: 3,
          fix: `use ${runtime} or ${runtime}@firefox`,
        });
      });
    }

    it("is isolated from other origins on the parity server", async () => {
      const session = await launchBrowser(browser, { webgpu: "off" });
      const { preamble } = session;
      const nothing = { inputs: {}, batching: { mode: "once" }, threads: 1, optimization: "all" } as const;
      const { modelPath } = job;
      const server = await startServer({
        runtime: "web-wasm",
        modelPath,
        webApp: WEB_APP,
        preamble,
        ...nothing,
      });
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
      const before = await servers();
      // On a busy machine the browser may take all of a short limit to start.
      let ended = await hang(browser === "firefox" ? 6000 : 3000);
      for (const limitMs of [20_000, 60_000]) {
        if (!(ended instanceof Error) || !ended.message.includes(said)) ended = await hang(limitMs);
      }
      expect(ended).toMatchObject({ code: "E_TIMEOUT", message: expect.stringContaining(said) });
      expect(await remaining()).toEqual([]);
      expect(await servers()).toBe(before);
    });

    onLinux("is ended where it takes too much memory", async () => {
      // Less than any browser.
      const memoryBytes = 40 * 2 ** 20;
      const before = await servers();
      const run = runInBrowser({ ...job, webApp: hangs, memoryBytes }, "web-wasm", { browser });
      await expect(run).rejects.toMatchObject({ code: "E_MEMORY" });
      expect(await remaining()).toEqual([]);
      expect(await servers()).toBe(before);
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
}
