/** Every browser in which a runtime can be compared. */
export const BROWSERS = ["chromium", "firefox", "webkit"] as const;
export type BrowserName = (typeof BROWSERS)[number];

/** The browser of a runtime that is named without one. */
export const DEFAULT_BROWSER = "chromium" satisfies BrowserName;

/** What is the same for a browser on every machine. */
export interface BrowserFacts {
  title: string;
  /** What implements its WebGPU; null where it has none that can be driven here. */
  webgpu: string | null;
}

/**
 * The browsers by name.
 *
 * @example
 * ```ts
 * BROWSER_FACTS.firefox.webgpu; // => "wgpu"
 * BROWSER_FACTS.webkit.webgpu; // => null
 * ```
 */
export const BROWSER_FACTS: Readonly<Record<BrowserName, BrowserFacts>> = {
  chromium: { title: "Chromium", webgpu: "Dawn" },
  firefox: { title: "Firefox", webgpu: "wgpu" },
  // WebKitGTK, which is what can be driven here, has no WebGPU; Safari has.
  webkit: { title: "WebKit", webgpu: null },
};
