/** What every browser must do. */
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";
import { BROWSER_FACTS, type BrowserName } from "@congruent/core";
import { describeIf, itIf } from "@congruent/core/testing";
import { afterAll, beforeAll, expect, it } from "@jest/globals";
import type { BrowserPage, BrowserSession } from "./definition.js";
import { findBrowser } from "./find-browser.js";
import { launchBrowser } from "./launch-browser.js";
import { familyOf, killDescendants, type ListedProcess, listProcesses } from "./process-list.js";

export interface BrowserCase {
  name: BrowserName;
  /** The commands of the processes that pages run in. */
  pageProcess: RegExp;
  /** The command of the process that is the browser itself. */
  mainProcess: RegExp;
  /** Whether it says what drives the GPU. */
  tellsGpuDriver: boolean;
}

/** Pages by path, isolated from other origins. */
const pages: Record<string, string> = {
  "/": "<title>quiet</title>",
  "/faults": `<script>
      console.error("said", new Error("an error's text"));
      setTimeout(() => { throw new Error("not caught"); });
      Promise.reject(new Error("not handled"));
      console.log("no error");
    </script>
    <script src="/absent.js"></script>`,
  "/busy": `<script>setTimeout(() => { for (;;); }, 200)</script>`,
};

/** Once the time is over the answer is given up: a browser that does not tell makes a test fail, not hang. */
async function within<Value>(ms: number, promise: Promise<Value>): Promise<Value> {
  const late = sleep(ms, undefined, { ref: false }).then((): never => {
    throw new Error(`nothing within ${ms / 1000} s`);
  });
  late.catch(() => undefined);
  return Promise.race([promise, late]);
}

/** A promise, and what resolves it. */
function later<Value>(): { promise: Promise<Value>; resolve: (value: Value) => void } {
  let resolve: (value: Value) => void = () => undefined;
  const promise = new Promise<Value>((done) => {
    resolve = done;
  });
  return { promise, resolve };
}

export function describeBrowser({ name, pageProcess, mainProcess, tellsGpuDriver }: BrowserCase): void {
  const found = findBrowser(name);
  const { title, webgpu } = BROWSER_FACTS[name];
  const onLinux = itIf(process.platform === "linux", "only Linux lists the processes of a browser");

  describeIf(!("why" in found), "why" in found ? found.why : "")(`browser ${title}`, () => {
    let preamble: string | null = null;
    let origin: string;
    const server = createServer((request, response) => {
      const body = pages[request.url ?? ""];
      response.statusCode = body === undefined ? 404 : 200;
      response.setHeader("Content-Type", "text/html");
      response.setHeader("Cross-Origin-Opener-Policy", "same-origin");
      response.setHeader("Cross-Origin-Embedder-Policy", "require-corp");
      const script = preamble === null ? "" : `<script>${preamble}</script>`;
      response.end(`<!doctype html>${script}${body ?? ""}`);
    });
    beforeAll(async () => {
      await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
      origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    });
    afterAll(() => {
      server.close();
      server.closeAllConnections();
    });

    /** A browser that is asked by several tests, which leave it as it is: starting one is what takes time. */
    let shared: Promise<BrowserSession> | undefined;
    async function withSharedBrowser(use: (session: BrowserSession) => Promise<void>): Promise<void> {
      shared ??= launchBrowser(name, { webgpu: "off" });
      const session = await shared;
      preamble = session.preamble;
      await use(session);
    }
    async function closeShared(): Promise<void> {
      const session = await shared;
      shared = undefined;
      await session?.close();
    }
    afterAll(closeShared);

    /** A browser for the duration of a test, and no other beside it. */
    async function withBrowser(
      webgpu: "software" | "off",
      use: (session: BrowserSession) => Promise<void>,
    ): Promise<void> {
      await closeShared();
      const session = await launchBrowser(name, { webgpu });
      preamble = session.preamble;
      try {
        await use(session);
      } finally {
        await session.close();
      }
    }

    it("opens pages, evaluates expressions in them and says who it is", () =>
      withSharedBrowser(async (session) => {
        expect(session).toMatchObject({ name, version: expect.stringMatching(/^\d+\.\d/) });
        const page = await session.open(`${origin}/`);
        expect(await page.evaluate("document.title")).toBe("quiet");
        expect(await page.evaluate("Promise.resolve([1, { two: null }])")).toEqual([1, { two: null }]);
        await expect(page.evaluate("Promise.reject(new Error('refused'))")).rejects.toThrow("refused");
        await page.close();
        const second = await session.open(`${origin}/faults`);
        expect(await second.evaluate("location.pathname")).toBe("/faults");
      }));

    it("hears the errors of a page's console, uncaught errors, and files that are not there", () =>
      withSharedBrowser(async (session) => {
        const faults: string[] = [];
        const page = await session.open(`${origin}/faults`, { onFault: (text) => faults.push(text) });
        await page.evaluate("new Promise((resolve) => setTimeout(resolve, 100))");
        const all = faults.join("\n");
        for (const text of ["said", "an error's text", "not caught", "not handled", "absent.js"]) {
          expect(all).toContain(text);
        }
        expect(all).not.toContain("no error");
        await page.evaluate("console.error('said later')");
        expect(faults.at(-1)).toContain("said later");
      }));

    it("shares memory in a page that is isolated from other origins", () =>
      withSharedBrowser(async (session) => {
        const page = await session.open(`${origin}/`);
        const shared = `[crossOriginIsolated, new SharedArrayBuffer(8).byteLength,
          new WebAssembly.Memory({ initial: 1, maximum: 2, shared: true }).buffer instanceof SharedArrayBuffer]`;
        expect(await page.evaluate(shared)).toEqual([true, 8, true]);
      }));

    const hasWebGpu = webgpu !== null;
    // On Linux the software adapter comes with Chromium.
    const lacksSoftware = hasWebGpu && process.platform === "linux" && "why" in findBrowser("chromium");
    const withSoftware = itIf(
      !lacksSoftware,
      "the software adapter comes with Chromium, which is not installed",
    );
    const adapter = "(async () => Boolean(await navigator.gpu?.requestAdapter()))()";

    it("has no WebGPU when told", () =>
      withSharedBrowser(async (session) => {
        const page = await session.open(`${origin}/`);
        expect(await page.evaluate(adapter)).toBe(false);
      }));

    withSoftware(
      `has ${hasWebGpu ? "a software adapter (Chromium brings SwiftShader)" : "no WebGPU adapter"}`,
      () =>
        withBrowser("software", async (session) => {
          const page = await session.open(`${origin}/`);
          expect(await page.evaluate(adapter)).toBe(hasWebGpu);
          if (tellsGpuDriver) expect(await session.gpuDriver()).toMatch(/\w/);
          else expect(await session.gpuDriver()).toBeNull();
        }),
    );

    onLinux("notices that a page has crashed, also one that is busy", () =>
      withBrowser("off", async (session) => {
        const ended = later<string>();
        const page = await session.open(`${origin}/busy`, { onEnd: ended.resolve });
        await sleep(500);
        expect(killDescendants(pageProcess)).toBeGreaterThan(0);
        expect(await within(20_000, ended.promise)).toBe("the page crashed");
        await expect(within(20_000, page.evaluate("0"))).rejects.toThrow();
      }),
    );

    onLinux("notices that it has been killed, and leaves nothing behind", async () => {
      await withBrowser("off", async (session) => {
        const ended = later<string>();
        await session.open(`${origin}/`, { onEnd: ended.resolve });
        family = familyOf(process.pid);
        expect(killDescendants(mainProcess)).toBe(1);
        expect(await within(20_000, ended.promise)).toBe("the browser ended before the page answered");
      });
      expect(await remaining()).toEqual([]);
    });

    onLinux("tells its processes, and ends them all, also with a page that is busy", async () => {
      let page: BrowserPage | undefined;
      await withBrowser("off", async (session) => {
        page = await session.open(`${origin}/busy`);
        family = familyOf(process.pid);
        const pids = family.map(({ pid }) => pid);
        const told = await session.processes();
        expect(told.length).toBeGreaterThan(0);
        for (const pid of told) expect(pids).toContain(pid);
        await sleep(500);
      });
      expect(await remaining()).toEqual([]);
      await expect(page?.evaluate("0")).rejects.toThrow();
    });

    /** The processes that the browser consisted of, while it ran. */
    let family: ListedProcess[] = [];

    /**
     * What is there of the browser after it was closed; some of it ends a moment later. Processes whose parent was killed are
     * nobody's descendants: they are looked for by their number.
     */
    async function remaining(): Promise<string[]> {
      const look = () => {
        const all = listProcesses();
        const left = family.filter(({ pid, command }) =>
          all.some((process) => process.pid === pid && process.command === command),
        );
        return [...left, ...familyOf(process.pid, all)].map(({ command }) => command);
      };
      // One that consists of no process would pass for one that left nothing.
      expect(family).not.toEqual([]);
      for (let tries = 0; tries < 50 && look().length > 0; tries++) await sleep(100);
      return look();
    }
  });
}
