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
import { killTree, limitMemory } from "@congruent/core/process";
import {
  type BrowserPage,
  type BrowserSession,
  browserDefinitions,
  launchBrowser,
} from "@congruent/toolchain";
import { CollectedParts } from "../collected-parts.js";
import { placementOf } from "../placement.js";
import type { Part } from "../run-in-parts.js";
import {
  isSoftware,
  mayGrow,
  type RunnerJob,
  type RunnerResult,
  takeSamples,
  timingsOf,
  unavailable,
} from "../runner.js";
import type { WebJob, WebJobPart, WebJobResult } from "../web-job.js";
import { BLANK, startServer } from "./server.js";

/** How long to wait for a browser to end. After that its processes are killed: they would keep computing, and this process alive. */
const CLOSE_MS = 5000;

/** How long a browser may take to start where the job has a budget, which counts from then on. */
const STARTING_MS = 20_000;

/** Default number of threads of one operator: with one thread, sums are always added in the same order. */
const THREADS = 1;

export interface RunInBrowserOptions {
  /** Default: Chromium. */
  browser?: BrowserName;
  /** Starts the browser; another one is for tests. */
  launch?: typeof launchBrowser;
}

/**
 * Runs the model in a page of the web app, in a browser of its own that is closed afterwards. The job's time limit covers
 * everything, as the browser's start and its search for an adapter may hang too; its budget all but the start.
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
  const { timeoutMs, budgetMs = timeoutMs } = job;
  const limit = timeLimit(Math.min(timeoutMs, budgetMs + STARTING_MS), faults);
  // It may expire when nobody waits for it any more.
  limit.expired.catch(noop);
  const { abandoned, abandon } = abandonable();
  const run: PageRun = { job: { ...job, webApp }, runtime, faults, limit, abandoned, soFar: null };
  const launched = launch(browser, { webgpu: usesWebgpu(runtime) ? "auto" : "off" });
  try {
    const drive = (session: BrowserSession) => {
      if (limit.isOver()) return limit.expired;
      if (budgetMs < timeoutMs) limit.begin(budgetMs);
      return withinMemory(session, run);
    };
    return await Promise.race([launched.then(drive), limit.expired]);
  } catch (error) {
    if (limit.isOver() && job.budgetMs !== undefined && run.soFar) return run.soFar();
    throw error;
  } finally {
    limit.stop();
    abandon();
    // A browser that starts too late is closed then.
    const closed = launched.then((session) => session.close(), noop);
    const inTime = await Promise.race([closed.then(() => true), patience(CLOSE_MS).then(() => false)]);
    if (!inTime) launched.then(kill).catch(noop);
  }
}

async function kill(session: BrowserSession): Promise<void> {
  for (const pid of await session.processes()) killTree(pid);
}

type PageJob = RunnerJob & { webApp: string };

/** What is known of one run. */
interface PageRun {
  job: PageJob;
  runtime: WebJob["runtime"];
  /** Errors of the page. */
  faults: string[];
  limit: TimeLimit;
  /** Rejects when nobody waits for the run any more: not every browser says so of its pages when it is closed. */
  abandoned: Promise<never>;
  /** What the samples give that are done; null where there are none. */
  soFar: (() => RunnerResult) | null;
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
async function withinMemory(session: BrowserSession, run: PageRun): Promise<RunnerResult> {
  const work = driveBrowser(session, run);
  const { memoryBytes } = run.job;
  if (memoryBytes === undefined) return work;
  const memory = limitMemory(memoryBytes, () => session.processes());
  // Whichever comes second is ignored.
  work.catch(noop);
  return Promise.race([work, memory.exceeded]).finally(() => memory.stop());
}

async function driveBrowser(session: BrowserSession, run: PageRun): Promise<RunnerResult> {
  const { job, runtime, faults, limit } = run;
  const {
    modelPath,
    webApp,
    batching,
    threads = THREADS,
    optimization = "all",
    timed = false,
    session: settings,
  } = job;
  const adapter = !usesWebgpu(runtime) ? null : await findAdapter(session, run);
  const driver = adapter === null ? null : await session.gpuDriver();
  const inputs = takeSamples(job, adapter !== null && isSoftware(adapter));
  const collected = new CollectedParts<Part & WebJobPart>(job, inputs, limit.begun());
  const resultOf = (complete: boolean): RunnerResult => {
    const result = collected.result(complete);
    const [first] = collected.parts as [Part & WebJobPart];
    return {
      ...result,
      versions: { ...first.versions, [session.name]: session.version },
      adapter: adapter ?? first.adapter,
      driver,
      threads,
      optimization,
      placement: first.placed ? placementOf(runtime, first.placed) : null,
      timings: timingsOf(collected.parts),
    };
  };
  const { preamble } = session;
  const server = await startServer({
    ...{ runtime, modelPath, inputs, batching, webApp, threads, optimization, preamble },
    session: settings,
    profile: !timed,
    growWithin: mayGrow(job) ? limit.left : undefined,
    onPart: (part) => {
      collected.add(part);
      run.soFar = () => resultOf(false);
    },
  });
  try {
    const page = openPage(session, server.page, run);
    const result = await Promise.race([server.finished, page.ended]);
    if (result.ok) return resultOf(true);
    await heardAll(page.opened);
    throw failureOf(result, faults);
  } finally {
    await server.close();
  }
}

/** The browser's WebGPU adapter. It is asked first, because a software adapter runs fewer samples. */
async function findAdapter(
  session: BrowserSession,
  { job: { modelPath, webApp }, runtime, abandoned }: PageRun,
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

function openPage(
  session: BrowserSession,
  url: string,
  { faults, abandoned }: Pick<PageRun, "faults" | "abandoned">,
): OpeningPage {
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

interface TimeLimit {
  expired: Promise<never>;
  isOver: () => boolean;
  /** Milliseconds. */
  left: () => number;
  /** By the clock of `performance.now()`. */
  begun: () => number;
  /** Begins anew, with another limit. */
  begin: (limitMs: number) => void;
  stop: () => void;
}

function timeLimit(firstMs: number, faults: readonly string[]): TimeLimit {
  let [start, limitMs] = [performance.now(), firstMs];
  let timer: NodeJS.Timeout | undefined;
  let over = false;
  let fail: (error: CongruentError) => void = noop;
  const expired = new Promise<never>((_, reject) => {
    fail = reject;
  });
  const begin = (ms: number) => {
    clearTimeout(timer);
    [start, limitMs] = [performance.now(), ms];
    timer = setTimeout(() => {
      over = true;
      const what = `the browser did not answer within ${Number((limitMs / 1000).toPrecision(2))} s`;
      const fix = "run fewer samples, or raise the time limit";
      fail(new CongruentError({ code: "E_TIMEOUT", what: withFaults(what, faults), fix }));
    }, ms);
  };
  begin(firstMs);
  return {
    expired,
    isOver: () => over,
    left: () => start + limitMs - performance.now(),
    begun: () => start,
    begin,
    stop: () => clearTimeout(timer),
  };
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
