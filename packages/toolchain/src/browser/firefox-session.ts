import { setTimeout as sleep } from "node:timers/promises";
import { messageOf } from "@congruent/core";
import { adoptStarted, killTree } from "@congruent/core/process";
import puppeteer, { type Browser, type Page } from "puppeteer-core";
import { swiftShader } from "../swiftshader.js";
import type { BrowserPage, BrowserSession, LaunchBrowserOptions, PageListener } from "./definition.js";
import { hasGpu } from "./has-gpu.js";

/** How long it may take to end by itself before it is killed. */
const CLOSE_MS = 3000;

/** How often a page is asked whether it is still there. */
const BEAT_MS = 1000;

/** Firefox reports only the type of objects on the console; texts it reports in full. */
const ERRORS_AS_TEXT = `{
  const said = console.error.bind(console);
  console.error = (...parts) => said(parts.map(String).join(" "));
}`;

export class FirefoxSession implements BrowserSession {
  readonly name = "firefox";
  readonly preamble = null;
  #version = "";
  readonly #browser: Browser;
  readonly #pid: number;
  readonly #release: () => void;

  private constructor(browser: Browser, pid: number, release: () => void) {
    this.#browser = browser;
    this.#pid = pid;
    this.#release = release;
  }

  get version(): string {
    return this.#version;
  }

  static async start(path: string, { webgpu }: LaunchBrowserOptions): Promise<FirefoxSession> {
    const env = { ...process.env, ...(await variables(webgpu)), MOZ_CRASHREPORTER_DISABLE: "1" };
    const launch = () =>
      puppeteer.launch({
        browser: "firefox",
        executablePath: path,
        headless: true,
        timeout: 60_000,
        // A model may keep a page busy for longer than any limit of the driver's own.
        protocolTimeout: 0,
        // This process's own end is the supervisor's matter, see adoptStarted.
        handleSIGINT: false,
        handleSIGTERM: false,
        handleSIGHUP: false,
        env,
        extraPrefsFirefox: {
          "dom.webgpu.enabled": webgpu !== "off",
          "gfx.webgpu.ignore-blocklist": true,
          // No processes in reserve for further tabs.
          "dom.ipc.processPrelaunch.enabled": false,
        },
      });
    // It takes seconds until the browser answers.
    const { result: browser, release } = await adoptStarted(launch);
    const pid = browser.process()?.pid;
    if (pid === undefined) throw new Error("it has no process");
    const session = new FirefoxSession(browser, pid, release);
    try {
      // Such as `firefox/153.0`.
      session.#version = (await browser.version()).replace(/^.*\//, "");
      return session;
    } catch (error) {
      await session.close();
      throw error;
    }
  }

  async open(url: string, { onFault, onEnd }: PageListener = {}): Promise<BrowserPage> {
    const page = await this.#browser.newPage();
    page.on("console", (message) => {
      if (message.type() === "error") onFault?.(message.text());
    });
    page.on("pageerror", (error) => onFault?.(messageOf(error)));
    page.on("requestfailed", (request) => {
      const why = request.failure()?.errorText;
      // A request that the page itself aborts is not a fault, such as the one that posts its result.
      if (why !== "NS_BINDING_ABORTED") onFault?.(`${request.url()}: ${why}`);
    });
    page.on("response", (response) => {
      if (response.status() >= 400) onFault?.(`${response.url()}: status ${response.status()}`);
    });
    await page.evaluateOnNewDocument(ERRORS_AS_TEXT);
    const stop = this.#watch(page, (what) => onEnd?.(what));
    await page.goto(url, { timeout: 0 });
    return {
      evaluate: (expression) => page.evaluate(expression) as Promise<never>,
      close: async () => {
        stop();
        await page.close();
      },
    };
  }

  async processes(): Promise<readonly number[]> {
    return this.#browser.connected ? [this.#pid] : [];
  }

  async gpuDriver(): Promise<string | null> {
    return null;
  }

  async close(): Promise<void> {
    const program = this.#browser.process();
    const isOver = () => program === null || program.exitCode !== null || program.signalCode !== null;
    const exit = new Promise<void>((resolve) => {
      if (isOver()) resolve();
      else program?.once("exit", () => resolve());
    });
    // One that hangs or is gone does not answer.
    const closed = this.#browser.close().catch(() => undefined);
    await Promise.race([closed, sleep(CLOSE_MS, undefined, { ref: false })]);
    killTree(this.#pid);
    await exit;
    this.#release();
  }

  /** Firefox does not report that a page has crashed, but refuses every later request to it. */
  #watch(page: Page, end: (what: string) => void): () => void {
    const isThere = async () => {
      // A page that is being loaded may refuse once or twice.
      for (let tries = 0; tries < 3; tries++) {
        const answers = await page.evaluate("0").then(
          () => true,
          () => false,
        );
        if (answers) return true;
        await sleep(100);
      }
      return false;
    };
    const stop = () => {
      clearInterval(timer);
      this.#browser.off("disconnected", disconnected);
    };
    let isOver = false;
    const over = (what: string) => {
      stop();
      if (!isOver) end(what);
      isOver = true;
    };
    const disconnected = () => over("the browser ended before the page answered");
    const timer = setInterval(async () => {
      if (await isThere()) return;
      if (this.#browser.connected && !page.isClosed()) over("the page crashed");
    }, BEAT_MS).unref();
    this.#browser.once("disconnected", disconnected);
    return stop;
  }
}

/** The variables that make it see SwiftShader where that is wanted. */
async function variables(webgpu: LaunchBrowserOptions["webgpu"]): Promise<Record<string, string>> {
  if (webgpu === "off" || process.platform !== "linux") return {};
  if (webgpu === "auto" && hasGpu()) return {};
  const software = await swiftShader();
  // Without it there is no adapter, which the page tells.
  return "env" in software ? software.env : {};
}
