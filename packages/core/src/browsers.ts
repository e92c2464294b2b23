import { z } from "zod";

/** A web browser that runtimes of the platform `browser` can run in. */
export interface BrowserDefinition {
  name: string;
  title: string;
  /** What renders its pages and compiles its WebAssembly. */
  engine: string;
  /** What implements its WebGPU; null where it has none that can be driven here. */
  webgpu: string | null;
}

const all = [
  { name: "chromium", title: "Chrome, Chromium or Edge", engine: "Blink, V8", webgpu: "Dawn" },
  { name: "firefox", title: "Firefox", engine: "Gecko, SpiderMonkey", webgpu: "wgpu" },
  { name: "webkit", title: "WebKit", engine: "WebKit, JavaScriptCore", webgpu: null },
] as const satisfies readonly BrowserDefinition[];

export type BrowserName = (typeof all)[number]["name"];
export const browserDefinitions: readonly BrowserDefinition[] = all;
export const BROWSERS = all.map(({ name }) => name) as readonly BrowserName[];
export const browserNameSchema = z.enum(BROWSERS);

/** The browser of a runtime that is named without one. */
export const DEFAULT_BROWSER = "chromium" satisfies BrowserName;
