/** A runtime together with the browser that it runs in, as text: `web-wasm@firefox`. */
import { BROWSER_FACTS, BROWSERS, type BrowserName, DEFAULT_BROWSER } from "../browsers.js";
import { unknownName } from "../unknown-name.js";
import {
  type BrowserRuntime,
  type RuntimeName,
  runtimeDefinition,
  runtimeDefinitions,
  usesWebgpu,
} from "./index.js";

/** Without a browser it is the default one's, or a runtime of Node. */
export type RuntimeId = RuntimeName | `${BrowserRuntime}@${Exclude<BrowserName, typeof DEFAULT_BROWSER>}`;

/** A runtime, and its browser: null in Node, and in files that were written before browsers were recorded (it was Chromium then). */
export interface RuntimeInBrowser {
  runtime: RuntimeName;
  browser: BrowserName | null;
}

/** Everything that can be compared, in the order of a report's rows: the browsers of one runtime stand together. */
export const RUNTIMES_IN_BROWSERS: readonly RuntimeInBrowser[] = runtimeDefinitions.flatMap(
  ({ name, platform }): RuntimeInBrowser[] => {
    if (platform !== "browser") return [{ runtime: name, browser: null }];
    return BROWSERS.filter((browser) => !usesWebgpu(name) || BROWSER_FACTS[browser].webgpu !== null).map(
      (browser) => ({ runtime: name, browser }),
    );
  },
);

export const RUNTIME_IDS: readonly RuntimeId[] = RUNTIMES_IN_BROWSERS.map(runtimeId);

/**
 * The default browser is left out.
 *
 * @example
 * ```ts
 * runtimeId({ runtime: "web-wasm", browser: "firefox" }); // => "web-wasm@firefox"
 * runtimeId({ runtime: "web-wasm", browser: "chromium" }); // => "web-wasm"
 * runtimeId({ runtime: "node-cpu", browser: null }); // => "node-cpu"
 * ```
 */
export function runtimeId({ runtime, browser }: RuntimeInBrowser): RuntimeId {
  if (browser === null || browser === DEFAULT_BROWSER) return runtime;
  return `${runtime}@${browser}` as RuntimeId;
}

/**
 * Reads what {@link runtimeId} writes, and `web-wasm@chromium`.
 *
 * @throws CongruentError `E_RUNTIME_NAME`
 * @example
 * ```ts
 * parseRuntimeId("web-webgpu@firefox"); // => { runtime: "web-webgpu", browser: "firefox" }
 * parseRuntimeId("web-wasm"); // => { runtime: "web-wasm", browser: "chromium" }
 * parseRuntimeId("node-cpu"); // => { runtime: "node-cpu", browser: null }
 * ```
 */
export function parseRuntimeId(text: string): RuntimeInBrowser {
  const id = text.endsWith(`@${DEFAULT_BROWSER}`) ? text.slice(0, -DEFAULT_BROWSER.length - 1) : text;
  const known = RUNTIMES_IN_BROWSERS.find((each) => runtimeId(each) === id);
  if (known && (id === text || known.browser !== null)) return known;
  const why = whyNot(text);
  const unknown = unknownName(text, RUNTIME_IDS, {
    kind: "runtime",
    code: "E_RUNTIME_NAME",
    fix: "separate several by commas, without spaces",
  });
  throw why === null ? unknown : unknown.within(why);
}

/** A runtime and a browser that both exist, and do not go together. */
function whyNot(text: string): string | null {
  const [name = "", browser, ...more] = text.split("@");
  const runtime = runtimeDefinitions.find((each) => each.name === name);
  if (!runtime || browser === undefined || more.length > 0) return null;
  if (runtimeDefinition(runtime.name).platform !== "browser") return `${name} runs in no browser`;
  const found = BROWSERS.find((each) => each === browser);
  if (!found) return `there is no browser "${browser}"`;
  return `${BROWSER_FACTS[found].title} has no WebGPU that can be driven here`;
}
