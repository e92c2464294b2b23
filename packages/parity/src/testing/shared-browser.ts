import { type BrowserPage, type BrowserSession, launchBrowser } from "@congruent/toolchain";

/** Launches a browser as `launchBrowser` does, and the same one again and again. */
export interface SharedBrowsers {
  launch: typeof launchBrowser;
  /** Ends them all. */
  close(): Promise<void>;
}

/**
 * For tests of what happens on a page: starting Firefox takes longer than most of what they ask it. A session's `close` closes
 * the pages that it opened, and leaves the browser running until `close` of the whole.
 */
export function sharedBrowsers(): SharedBrowsers {
  const running = new Map<string, Promise<BrowserSession>>();
  return {
    launch: async (name, options) => {
      const key = `${name} ${options.webgpu}`;
      const started = running.get(key) ?? launchBrowser(name, options);
      running.set(key, started);
      return sharing(await started);
    },
    async close() {
      const sessions = await Promise.allSettled(running.values());
      running.clear();
      await Promise.all(sessions.map((each) => each.status === "fulfilled" && each.value.close()));
    },
  };
}

/** A session of its own on a browser that others use after it. */
function sharing(session: BrowserSession): BrowserSession {
  const opening: Promise<BrowserPage>[] = [];
  let closed = false;
  return {
    name: session.name,
    version: session.version,
    preamble: session.preamble,
    processes: () => session.processes(),
    gpuDriver: () => session.gpuDriver(),
    async open(url, listener) {
      // A run that was given up may still be on its way here, and WebKit has one window for all: it would take it from the next run.
      if (closed) throw new Error("the session is closed");
      const page = session.open(url, listener);
      opening.push(page);
      return page;
    },
    async close() {
      closed = true;
      const pages = await Promise.allSettled(opening.splice(0));
      // One that the runner has closed itself may be closed again.
      for (const each of pages)
        if (each.status === "fulfilled") await each.value.close().catch(() => undefined);
    },
  };
}
