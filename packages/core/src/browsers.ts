import { z } from "zod";

/** Every browser in which the web runtimes can be compared. */
export const BROWSERS = ["chromium", "firefox", "webkit"] as const;
export const browserNameSchema = z.enum(BROWSERS);
export type BrowserName = z.output<typeof browserNameSchema>;

/** The browser where no other one is asked for. */
export const DEFAULT_BROWSER: BrowserName = "chromium";

/** What is the same for a browser on every machine. */
export interface BrowserFacts {
  title: string;
  /** Whose JavaScript, WebAssembly and WebGPU it is. */
  engine: string;
  /** The runtimes that it can run. */
  runtimes: readonly ("web-wasm" | "web-jsep" | "web-webgpu")[];
}

/**
 * The browsers by name.
 *
 * @example
 * ```ts
 * BROWSER_FACTS.firefox.engine; // => "Gecko"
 * BROWSER_FACTS.webkit.runtimes; // => ["web-wasm"]
 * ```
 */
export const BROWSER_FACTS: Readonly<Record<BrowserName, BrowserFacts>> = {
  chromium: { title: "Chromium", engine: "Blink", runtimes: ["web-wasm", "web-jsep", "web-webgpu"] },
  firefox: { title: "Firefox", engine: "Gecko", runtimes: ["web-wasm", "web-jsep", "web-webgpu"] },
  // WebKitGTK, which is what can be driven here, has no WebGPU; Safari has.
  webkit: { title: "WebKit", engine: "WebKit", runtimes: ["web-wasm"] },
};
