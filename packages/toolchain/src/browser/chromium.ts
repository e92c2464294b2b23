import type { Browser, CDPSession } from "playwright-core";
import type { BrowserDefinition, BrowserPage, BrowserSession, PageListener } from "./definition.js";
import { downloadChromium } from "./download-chromium.js";
import { findChromium } from "./find-chromium.js";
import { startChromium } from "./start-chromium.js";

/** Chrome, Chromium or Edge, driven through playwright-core over the DevTools protocol. */
export const chromium: BrowserDefinition = {
  name: "chromium",
  variable: "CHROME_PATH",
  program: "a Chrome, Chromium or Edge",
  find: () => findChromium() ?? { why: "no Chrome, Chromium or Edge is installed" },
  // The font because pages would have no letters without one.
  debian: ["chromium", "fonts-liberation"],
  elsewhere: "install Chrome, Chromium or Edge",
  option: null,
  download: downloadChromium,
  about: { args: ["--version"], version: (printed) => printed.trim() },
  start: async (path, options) => new ChromiumSession(await startChromium(path, options)),
};

class ChromiumSession implements BrowserSession {
  readonly name = "chromium";
  readonly version: string;
  readonly preamble = null;
  readonly #browser: Browser;
  #system: Promise<CDPSession> | undefined;

  constructor(browser: Browser) {
    this.#browser = browser;
    this.version = browser.version();
  }

  async open(url: string, { onFault, onEnd }: PageListener = {}): Promise<BrowserPage> {
    const page = await this.#browser.newPage();
    page.on("console", (message) => {
      if (message.type() !== "error") return;
      const text = message.text();
      // The message does not name the file.
      onFault?.(/^Failed to load resource/.test(text) ? `${message.location().url}: ${text}` : text);
    });
    page.on("pageerror", (error) => onFault?.(error.message));
    page.on("requestfailed", (request) => {
      const why = request.failure()?.errorText;
      // A request that the page itself aborts is not a fault, such as the one that posts its result.
      if (why !== "net::ERR_ABORTED") onFault?.(`${request.url()}: ${why}`);
    });
    let ended = false;
    const end = (what: string) => {
      if (!ended) onEnd?.(what);
      ended = true;
    };
    page.once("crash", () => end("the page crashed"));
    this.#browser.once("disconnected", () => end("the browser ended before the page answered"));
    await page.goto(url, { timeout: 0 });
    return {
      evaluate: (expression) => page.evaluate(expression),
      close: () => page.close(),
    };
  }

  async processes(): Promise<readonly number[]> {
    try {
      const { processInfo } = await (await this.#ask()).send("SystemInfo.getProcessInfo");
      return processInfo.map(({ id }) => id);
    } catch {
      return []; // It has ended, which the page's listener hears.
    }
  }

  async gpuDriver(): Promise<string | null> {
    const { gpu } = await (await this.#ask()).send("SystemInfo.getInfo");
    const [device] = gpu.devices;
    return [device?.driverVendor, device?.driverVersion].filter(Boolean).join(" ") || null;
  }

  close(): Promise<void> {
    return this.#browser.close();
  }

  #ask(): Promise<CDPSession> {
    this.#system ??= this.#browser.newBrowserCDPSession();
    return this.#system;
  }
}
