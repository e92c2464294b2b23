import { existsSync } from "node:fs";
import { join } from "node:path";
import { CongruentError } from "@congruent/core";
import { launchBrowser } from "@congruent/toolchain";
import type { Browser, Page } from "playwright-core";
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

/**
 * Runs the model in a page of the web app, in a browser of its own that is gone afterwards.
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
    throw unavailable(runtime, `the web app is not built${where}`, "npm run build");
  }
  const deadline = Date.now() + job.timeoutMs;
  const browser = await launch({ webgpu: runtime === "web-webgpu" ? "auto" : "off" });
  try {
    const adapter = runtime === "web-webgpu" ? await findAdapter(browser, job, webApp) : null;
    const inputs = takeSamples(job, adapter !== null && isSoftware(adapter));
    const { modelPath, batchSize } = job;
    const server = await startServer({ runtime, modelPath, inputs, batchSize, webApp });
    try {
      const page = await browser.newPage();
      const faults = collectFaults(page);
      const { result, outputs } = await Promise.race([
        server.finished,
        pageEnd(page, browser, faults),
        timeLimit(deadline - Date.now(), job.timeoutMs, faults),
        // Resolves never: a page that is open has not said anything yet.
        page.goto(server.page, { waitUntil: "commit" }).then(() => new Promise<never>(() => undefined)),
      ]);
      if (!result.ok) {
        await heardAll(page);
        throw failureOf(result, faults);
      }
      return {
        outputs,
        samples: sampleCount(inputs),
        versions: { ...result.versions, [browser.browserType().name()]: browser.version() },
        adapter: result.adapter ?? adapter,
        seconds: result.seconds,
      };
    } finally {
      await server.close();
    }
  } finally {
    await browser.close();
  }
}

/** The browser's WebGPU adapter, asked before the work is cut: software takes fewer samples. */
async function findAdapter(browser: Browser, job: RunnerJob, webApp: string): Promise<string> {
  const { modelPath, batchSize } = job;
  const server = await startServer({ runtime: "web-webgpu", modelPath, inputs: {}, batchSize, webApp });
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
      "web-webgpu",
      `${browser.browserType().name()} ${browser.version()} has no WebGPU adapter here`,
      "use a browser with WebGPU (CHROME_PATH), or one that brings SwiftShader, such as Debian's chromium",
    );
  } finally {
    await server.close();
  }
}

/** Everything that a page complains of, for the reason of its cell. */
function collectFaults(page: Page): string[] {
  const faults: string[] = [];
  page.on("console", (message) => {
    if (message.type() === "error") faults.push(message.text());
  });
  page.on("pageerror", (error) => faults.push(error.message));
  page.on("requestfailed", (request) => faults.push(`${request.url()}: ${request.failure()?.errorText}`));
  return faults;
}

/** The result comes over HTTP and may overtake what the page wrote on its console before: an answered question may not. */
async function heardAll(page: Page): Promise<void> {
  const patience = new Promise((resolve) => setTimeout(resolve, 1000).unref());
  await Promise.race([page.evaluate("0").then(noop, noop), patience]);
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

function timeLimit(ms: number, limitMs: number, faults: readonly string[]): Promise<never> {
  return new Promise((_, reject) => {
    const expire = () =>
      reject(
        new CongruentError({
          code: "E_TIMEOUT",
          what: withFaults(`the page did not answer within ${limitMs / 1000} s`, faults),
          fix: "run fewer samples, or raise the time limit",
        }),
      );
    // The event loop is kept alive by the browser; a run that ends earlier must not wait for this.
    setTimeout(expire, Math.max(0, ms)).unref();
  });
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
