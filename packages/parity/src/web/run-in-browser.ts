import { existsSync } from "node:fs";
import { join } from "node:path";
import {
  BROWSER_FACTS,
  type BrowserName,
  CongruentError,
  DEFAULT_BROWSER,
  RUNTIMES_IN_BROWSERS,
  runtimeId,
  usesWebgpu,
  withoutTerminalCodes,
} from "@congruent/core";
import { limitMemory } from "@congruent/core/process";
import {
  type BrowserPage,
  type BrowserSession,
  browserDefinitions,
  launchBrowser,
} from "@congruent/toolchain";
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

/** How long to wait for a browser to end. After that it is left running until this process ends. */
const CLOSE_MS = 5000;

/** Default number of threads of one operator: with one thread, sums are always added in the same order. */
const THREADS = 1;

export interface RunInBrowserOptions {
  /** Default: Chromium. */
  browser?: BrowserName;
  /** Starts the browser; another one is for tests. */
  launch?: typeof launchBrowser;
}

/**
 * Runs the model in a page of the web app, in a browser of its own that is closed afterwards. The job's time limit covers everything, as
 * the browser's start and its search for an adapter may hang too.
 *
 * @throws CongruentError `E_RUNTIME_UNAVAILABLE` (exit 3) where the browser cannot run the runtime or the web app is not built;
 * `E_NO_BROWSER` and `E_BROWSER_LAUNCH` (exit 3); `E_TIMEOUT`; `E_CRASH` when the page crashes or the browser ends; `E_MEMORY`
 */
export async function runInBrowser(
  job: RunnerJob,
  runtime: WebJob["runtime"],
  { browser = DEFAULT_BROWSER, launch = launchBrowser }: RunInBrowserOptions = {},
): Promise<RunnerResult> {
  const { webApp } = job;
  if (webApp === null || !existsSync(join(webApp, "parity.html"))) {
    const where = webApp === null ? "" : ` at ${webApp}`;
    throw unavailable({ runtime, browser }, `the web app is not built${where}`, "npm run build");
  }
  const inBrowsers = RUNTIMES_IN_BROWSERS.filter((each) => each.runtime === runtime);
  if (!inBrowsers.some((each) => each.browser === browser)) {
    throw unavailable(
      { runtime, browser },
      `${BROWSER_FACTS[browser].title} cannot run it here`,
      `use ${inBrowsers.map(runtimeId).join(" or ")}`,
    );
  }
  const faults: string[] = [];
  const limit = timeLimit(job.timeoutMs, faults);
  const attempt = { faults, ...abandonable() };
  const launched = launch(browser, { webgpu: usesWebgpu(runtime) ? "auto" : "off" });
  try {
    const drive = (session: BrowserSession) =>
      limit.isOver() ? limit.expired : withinMemory(session, { ...job, webApp }, runtime, attempt);
    return await Promise.race([launched.then(drive), limit.expired]);
  } finally {
    limit.stop();
    attempt.abandon();
    // A browser that starts too late is closed then.
    const closed = launched.then((session) => session.close(), noop);
    await Promise.race([closed, patience(CLOSE_MS)]);
  }
}

type PageJob = RunnerJob & { webApp: string };

/** One run of a job, until it is over. */
interface Attempt {
  /** Every error of its pages, for the reason of its cell. */
  faults: string[];
  /** Rejects when nobody waits for the run any more: not every browser says so of its pages when it is closed. */
  abandoned: Promise<never>;
}

function abandonable(): { abandoned: Promise<never>; abandon: () => void } {
  let abandon: () => void = noop;
  const abandoned = new Promise<never>((_, reject) => {
    abandon = () => reject(new Error("the run is over"));
  });
  abandoned.catch(noop);
  return { abandoned, abandon };
}

/** The browser is not a child process of ours, so it is asked for the ids of its processes. */
async function withinMemory(
  session: BrowserSession,
  job: PageJob,
  runtime: WebJob["runtime"],
  attempt: Attempt,
): Promise<RunnerResult> {
  const work = driveBrowser(session, job, runtime, attempt);
  if (job.memoryBytes === undefined) return work;
  const memory = limitMemory(job.memoryBytes, () => session.processes());
  // Whichever comes second is ignored.
  work.catch(noop);
  return Promise.race([work, memory.exceeded]).finally(() => memory.stop());
}

async function driveBrowser(
  session: BrowserSession,
  job: PageJob,
  runtime: WebJob["runtime"],
  attempt: Attempt,
): Promise<RunnerResult> {
  const {
    modelPath,
    webApp,
    batching,
    threads = THREADS,
    optimization = "all",
    timed = false,
    session: settings,
  } = job;
  const adapter = !usesWebgpu(runtime) ? null : await findAdapter(session, job, runtime, attempt);
  const inputs = takeSamples(job, adapter !== null && isSoftware(adapter));
  const profile = !timed;
  const { preamble } = session;
  const server = await startServer({
    runtime,
    modelPath,
    inputs,
    batching,
    webApp,
    threads,
    optimization,
    session: settings,
    profile,
    preamble,
  });
  try {
    const page = openPage(session, server.page, attempt);
    const { result, outputs } = await Promise.race([server.finished, page.ended]);
    if (!result.ok) {
      await heardAll(page.opened);
      throw failureOf(result, attempt.faults);
    }
    return {
      outputs,
      samples: sampleCount(inputs, batching),
      versions: { ...result.versions, [session.name]: session.version },
      adapter: adapter ?? result.adapter,
      driver: adapter === null ? null : await session.gpuDriver(),
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

/** The browser's WebGPU adapter. It is asked first, because a software adapter runs fewer samples. */
async function findAdapter(
  session: BrowserSession,
  { modelPath, webApp }: PageJob,
  runtime: WebJob["runtime"],
  { abandoned }: Attempt,
): Promise<string> {
  const nothing = { inputs: {}, batching: { mode: "once" }, threads: THREADS, optimization: "all" } as const;
  const { preamble } = session;
  const server = await startServer({ runtime, modelPath, webApp, preamble, ...nothing });
  const page = openPage(session, server.origin + BLANK, { faults: [], abandoned });
  try {
    // As text, because it runs in the page and not in this process. Firefox does not name the adapter, but says whether it is software.
    const asked = page.opened.then((opened) =>
      opened.evaluate<string | null>(`(async () => {
        const info = (await navigator.gpu?.requestAdapter())?.info;
        if (!info) return null;
        const names = [info.vendor, info.architecture, info.device, info.description].filter(Boolean).join(" ");
        return names || (info.isFallbackAdapter ? "unnamed software adapter" : "unnamed adapter");
      })()`),
    );
    const adapter = await Promise.race([asked, page.ended]);
    await (await page.opened).close();
    if (adapter !== null) return adapter;
  } finally {
    await server.close();
  }
  throw unavailable(
    { runtime, browser: session.name },
    `${session.name} ${session.version} has no WebGPU adapter here`,
    `use a browser with WebGPU (${browserDefinitions[session.name].variable}), and a GPU or SwiftShader, which Debian's chromium brings`,
  );
}

/** A page that is being opened. */
interface OpeningPage {
  opened: Promise<BrowserPage>;
  /** Rejects with `E_CRASH` when the page crashes or the browser ends, when it cannot be opened, or when the run is over; resolves never. */
  ended: Promise<never>;
}

function openPage(session: BrowserSession, url: string, { faults, abandoned }: Attempt): OpeningPage {
  let fail: (error: unknown) => void = noop;
  const ended = new Promise<never>((_, reject) => {
    fail = reject;
  });
  // The result may not be awaited any more.
  ended.catch(noop);
  abandoned.catch(fail);
  const opened = session.open(url, {
    onFault: (text) => faults.push(withoutTerminalCodes(text)),
    onEnd: (what) => fail(new CongruentError({ code: "E_CRASH", what: withFaults(what, faults) })),
  });
  opened.catch(fail);
  return { opened, ended };
}

/** The result comes over HTTP and may arrive before the page's earlier console messages. An answer to a question cannot. */
async function heardAll(opened: Promise<BrowserPage>): Promise<void> {
  const answered = opened.then((page) => page.evaluate("0")).then(noop, noop);
  await Promise.race([answered, patience(1000)]);
}

/** Must not keep the process alive. */
function patience(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms).unref());
}

/** For an answer that does not matter, whatever it is. */
function noop(): void {}

function withFaults(what: string, faults: readonly string[]): string {
  return faults.length > 0 ? `${what}; the page said: ${faults.slice(-5).join(" | ")}` : what;
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
