import { type AddressInfo, createServer } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";
import { childrenOf } from "@congruent/core/process";
import { BackgroundProcess } from "./background-process.js";
import type { BrowserPage, BrowserSession, PageListener } from "./definition.js";
import { FAULT_RECORDER } from "./fault-recorder.js";
import { startVirtualDisplay, type VirtualDisplay } from "./virtual-display.js";
import { WebDriver } from "./webdriver.js";

const START_MS = 60_000;
/** How long it may take to end by itself before it is killed. */
const CLOSE_MS = 2000;
/** How long a browser that was killed may take to be gone, after its driver has noticed. */
const GONE_MS = 2000;

/** Practically no limit, where a limit is required: one day. */
const FOREVER_MS = 86_400_000;

const variables = {
  // Of GTK's backends the one that draws on the display of ours.
  GDK_BACKEND: "x11",
  WAYLAND_DISPLAY: undefined,
  // Services that GTK would start and leave behind.
  NO_AT_BRIDGE: "1",
  GSETTINGS_BACKEND: "memory",
  GIO_USE_VFS: "local",
  // In Safari an isolated page has it; in WebKitGTK only with this.
  JSC_useSharedArrayBuffer: "1",
};

/** The errors of a page from some index on. */
interface Faults {
  from: number;
  texts: string[];
}

export class WebKitSession implements BrowserSession {
  readonly name = "webkit";
  readonly version: string;
  readonly preamble = FAULT_RECORDER;
  readonly #display: VirtualDisplay;
  readonly #driver: BackgroundProcess;
  readonly #web: WebDriver;
  /** Ends what is told of the page that is open. */
  #leave: (() => void) | null = null;

  private constructor(display: VirtualDisplay, driver: BackgroundProcess, web: WebDriver) {
    this.#display = display;
    this.#driver = driver;
    this.#web = web;
    this.version = web.version;
  }

  static async start(path: string): Promise<WebKitSession> {
    const display = await startVirtualDisplay();
    let driver: BackgroundProcess | undefined;
    try {
      const port = await freePort();
      driver = await BackgroundProcess.start(path, [`--port=${port}`], {
        ...variables,
        DISPLAY: display.name,
      });
      const web = new WebDriver(port);
      const began = started(web, driver);
      // Whichever comes second is ignored.
      began.catch(() => undefined);
      const late = sleep(START_MS, undefined, { ref: false }).then((): never => {
        throw new Error(`no browser within ${START_MS / 1000} s`);
      });
      late.catch(() => undefined);
      await Promise.race([began, late]);
      return new WebKitSession(display, driver, web);
    } catch (error) {
      driver?.kill();
      await display.close();
      throw error;
    }
  }

  async open(url: string, { onFault, onEnd }: PageListener = {}): Promise<BrowserPage> {
    this.#leave?.();
    let isOpen = true;
    this.#leave = () => {
      isOpen = false;
    };
    let known = 0;
    const tell = ({ from, texts }: Faults) => {
      if (!isOpen) return;
      for (const text of texts.slice(Math.max(0, known - from))) onFault?.(text);
      known = Math.max(known, from + texts.length);
    };
    const end = async () => {
      if (!isOpen) return;
      isOpen = false;
      onEnd?.((await this.#isGone()) ? "the browser ended before the page answered" : "the page crashed");
    };
    void this.#driver.ended.then(end);
    await this.#web.open(url);
    // A page that did not run the preamble is heard from here on.
    await this.#web.run(FAULT_RECORDER);
    const listen = async () => {
      while (isOpen) tell((await this.#web.wait(`congruentFaults.next(${known}, arguments[0])`)) as Faults);
    };
    // What is asked of a page is refused when it has crashed.
    listen().catch(end);
    return {
      evaluate: async <Value>(expression: string) => {
        const script = `return (async () => {
          const value = await (${expression});
          return { value, faults: congruentFaults.since(${known}) };
        })()`;
        const { value, faults } = (await this.#web.run(script)) as { value: Value; faults: Faults };
        tell(faults);
        return value;
      },
      close: async () => {
        isOpen = false;
        await this.#web.open("about:blank");
      },
    };
  }

  async processes(): Promise<readonly number[]> {
    return this.#driver.isOver ? [] : [this.#driver.pid];
  }

  async gpuDriver(): Promise<string | null> {
    return null;
  }

  async close(): Promise<void> {
    this.#leave?.();
    if (!this.#driver.isOver) {
      const ended = this.#web.end().catch(() => undefined);
      await Promise.race([ended, sleep(CLOSE_MS, undefined, { ref: false })]);
    }
    this.#driver.kill();
    await this.#driver.ended;
    await this.#display.close();
  }

  /** Whether the browser itself has ended, or does so in a moment: the driver hears of it while it is still ending. */
  async #isGone(): Promise<boolean> {
    for (let waited = 0; waited < GONE_MS && this.#isThere(); waited += 50) await sleep(50);
    return !this.#isThere();
  }

  /** Whether the browser itself runs, which the driver has started. */
  #isThere(): boolean {
    return !this.#driver.isOver && childrenOf(this.#driver.pid).length > 0;
  }
}

/** Waits for the driver and lets it start the browser. @throws Error with the driver's words */
async function started(web: WebDriver, driver: BackgroundProcess): Promise<void> {
  const failed = driver.ended.then((tail): never => {
    throw new Error(`the driver ended: ${tail}`);
  });
  // Listened to only until the browser runs.
  failed.catch(() => undefined);
  const start = async () => {
    while (!(await web.listens())) {
      // It would be asked for ever, and this process would not end.
      if (driver.isOver) await failed;
      await sleep(50);
    }
    await web.start({ timeouts: { script: null, pageLoad: FOREVER_MS } });
  };
  await Promise.race([start(), failed]);
}

/** A free port. */
function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once("error", reject);
    server.listen(0, "127.0.0.1", () => {
      const { port } = server.address() as AddressInfo;
      server.close(() => resolve(port));
    });
  });
}
