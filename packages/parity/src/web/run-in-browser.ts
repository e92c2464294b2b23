import { existsSync } from "node:fs";
import { join } from "node:path";
import { CongruentError, usesWebgpu } from "@congruent/core";
import { limitMemory } from "@congruent/core/process";
import { launchBrowser } from "@congruent/toolchain";
import type { Browser, CDPSession, Page } from "playwright-core";
import { placementOf } from "../placement.js";
import {
  isSoftware,
  type RunnerJob,
  type RunnerResult,
  sampleCount,
  takeSamples,
  unavailable,
} from "../runner.js";
import type { WebJob, WebJobResult } from "../web-job.js";
import { BLANK, startServer } from "./server.js";

/** What a browser that does not end by itself may take before it is left to the end of this process. */
const CLOSE_MS = 5000;

/** Of the wasm runtime unless told: with one, sums are always added in one order. */
const THREADS = 1;

/**
 * Runs the model in a page of the web app, in a browser of its own that is gone afterwards. The job's time limit covers everything: the
 * browser's start and its search for an adapter too may never end.
 *
 * @param launch starts the browser; another one is for tests
 */
export async function runInBrowser(
  job: RunnerJob,
  runtime: WebJob["runtime"],
  launch = launchBrowser,
): Promise<RunnerResult> {
  const { webApp } = job;
  if (webApp === null || !existsSync(join(webApp, "parity.html"))) {
    const where = webApp === null ? "" : ` at ${webApp}`;
    throw unavailable({ runtime, browser: "chromium" }, `the web app is not built${where}`, "npm run build");
  }
  const faults: string[] = [];
  const limit = timeLimit(job.timeoutMs, faults);
  const launched = launch({ webgpu: usesWebgpu(runtime) ? "auto" : "off" });
  try {
    const drive = (browser: Browser) =>
      limit.isOver() ? limit.expired : withinMemory(browser, { ...job, webApp }, runtime, faults);
    return await Promise.race([launched.then(drive), limit.expired]);
  } finally {
    limit.stop();
    // A browser that comes after all is closed then.
    const closed = launched.then((browser) => browser.close(), noop);
    await Promise.race([closed, patience(CLOSE_MS)]);
  }
}

type PageJob = RunnerJob & { webApp: string };

/** The browser is not a child that could be asked for its process: it tells its processes itself. */
async function withinMemory(
  browser: Browser,
  job: PageJob,
  runtime: WebJob["runtime"],
  faults: string[],
): Promise<RunnerResult> {
  const work = driveBrowser(browser, job, runtime, faults);
  if (job.memoryBytes === undefined) return work;
  const system = await browser.newBrowserCDPSession();
  const memory = limitMemory(job.memoryBytes, () => processesOf(system));
  // Whichever comes second is not heard any more.
  work.catch(noop);
  return Promise.race([work, memory.exceeded]).finally(() => memory.stop());
}

async function processesOf(system: CDPSession): Promise<number[]> {
  // A browser that has ended is what the work itself reports.
  const { processInfo } = await system.send("SystemInfo.getProcessInfo").catch(() => ({ processInfo: [] }));
  return processInfo.map(({ id }) => id);
}

/** Such as `Mesa 22.3.6`, as the browser tells it; null where it does not. */
async function driverOf(browser: Browser): Promise<string | null> {
  const system = await browser.newBrowserCDPSession();
  const { gpu } = await system.send("SystemInfo.getInfo");
  const [device] = gpu.devices;
  await system.detach();
  return [device?.driverVendor, device?.driverVersion].filter(Boolean).join(" ") || null;
}

async function driveBrowser(
  browser: Browser,
  job: PageJob,
  runtime: WebJob["runtime"],
  faults: string[],
): Promise<RunnerResult> {
  const { modelPath, webApp, batching, threads = THREADS, optimization = "all", timed = false } = job;
  const adapter = usesWebgpu(runtime) ? await findAdapter(browser, job, runtime) : null;
  const inputs = takeSamples(job, adapter !== null && isSoftware(adapter));
  const profile = !timed;
  const server = await startServer({
    runtime,
    modelPath,
    inputs,
    batching,
    webApp,
    threads,
    optimization,
    profile,
  });
  try {
    const page = await browser.newPage();
    collectFaults(page, faults);
    const { result, outputs } = await Promise.race([
      server.finished,
      pageEnd(page, browser, faults),
      // Resolves never: a page that is open has not said anything yet.
      page.goto(server.page, { waitUntil: "commit" }).then(() => new Promise<never>(() => undefined)),
    ]);
    if (!result.ok) {
      await heardAll(page);
      throw failureOf(result, faults);
    }
    return {
      outputs,
      samples: sampleCount(inputs, batching),
      versions: { ...result.versions, [browser.browserType().name()]: browser.version() },
      adapter: result.adapter ?? adapter,
      driver: adapter === null ? null : await driverOf(browser),
      threads,
      optimization,
      placement: result.placed ? placementOf(runtime, result.placed) : null,
      seconds: result.seconds,
      ...(result.timings && { timings: result.timings }),
    };
  } finally {
    await server.close();
  }
}

/** The browser's WebGPU adapter, asked before the work is cut: software takes fewer samples. */
async function findAdapter(
  browser: Browser,
  { modelPath, webApp }: PageJob,
  runtime: WebJob["runtime"],
): Promise<string> {
  const nothing = { inputs: {}, batching: { mode: "once" }, threads: THREADS, optimization: "all" } as const;
  const server = await startServer({ runtime, modelPath, webApp, ...nothing });
  try {
    const page = await browser.newPage();
    await page.goto(server.origin + BLANK);
    // As text, because it runs in the page and is no code of this process.
    const adapter = await page.evaluate<string | null>(`(async () => {
      const info = (await navigator.gpu?.requestAdapter())?.info;
      if (!info) return null;
      return [info.vendor, info.architecture, info.device, info.description].filter(Boolean).join(" ") || "unnamed adapter";
    })()`);
    await page.close();
    if (adapter !== null) return adapter;
    throw unavailable(
      { runtime, browser: "chromium" },
      `${browser.browserType().name()} ${browser.version()} has no WebGPU adapter here`,
      "use a browser with WebGPU (CHROME_PATH), or one that brings SwiftShader, such as Debian's chromium",
    );
  } finally {
    await server.close();
  }
}

/** Everything that a page complains of, for the reason of its cell. */
function collectFaults(page: Page, faults: string[]): void {
  page.on("console", (message) => {
    if (message.type() === "error") faults.push(message.text());
  });
  page.on("pageerror", (error) => faults.push(error.message));
  page.on("requestfailed", (request) => {
    const why = request.failure()?.errorText;
    // What the page itself let go of is none, such as the answer to its last word.
    if (why !== "net::ERR_ABORTED") faults.push(`${request.url()}: ${why}`);
  });
}

/** The result comes over HTTP and may overtake what the page wrote on its console before: an answered question may not. */
async function heardAll(page: Page): Promise<void> {
  await Promise.race([page.evaluate("0").then(noop, noop), patience(1000)]);
}

/** Must not keep the process from its end. */
function patience(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms).unref());
}

/** For an answer that does not matter, whatever it is. */
function noop(): void {}

function withFaults(what: string, faults: readonly string[]): string {
  return faults.length > 0 ? `${what}; the page said: ${faults.slice(-5).join(" | ")}` : what;
}

function pageEnd(page: Page, browser: Browser, faults: readonly string[]): Promise<never> {
  return new Promise((_, reject) => {
    const end = (what: string) =>
      reject(new CongruentError({ code: "E_CRASH", what: withFaults(what, faults) }));
    page.once("crash", () => end("the page crashed"));
    browser.once("disconnected", () => end("the browser ended before the page answered"));
  });
}

function timeLimit(
  limitMs: number,
  faults: readonly string[],
): { expired: Promise<never>; isOver: () => boolean; stop: () => void } {
  let timer: NodeJS.Timeout;
  let over = false;
  const expired = new Promise<never>((_, reject) => {
    timer = setTimeout(() => {
      over = true;
      reject(
        new CongruentError({
          code: "E_TIMEOUT",
          what: withFaults(`the browser did not answer within ${limitMs / 1000} s`, faults),
          fix: "run fewer samples, or raise the time limit",
        }),
      );
    }, limitMs);
  });
  return { expired, isOver: () => over, stop: () => clearTimeout(timer) };
}

function failureOf(result: WebJobResult & { ok: false }, faults: readonly string[]): CongruentError {
  const absent = result.code === "E_RUNTIME_UNAVAILABLE";
  return new CongruentError({
    code: result.code,
    what: absent ? result.message : withFaults(result.message, faults),
    ...(result.fix ? { fix: result.fix } : {}),
    exit: absent ? 3 : 2,
  });
}
