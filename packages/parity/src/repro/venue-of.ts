/** Where the repro of a runtime's fault is run. */
import {
  type BrowserName,
  type NodeOrtRuntime,
  type RuntimeDefinition,
  type RuntimeInBrowser,
  runtimeDefinition,
} from "@congruent/core";
import { runtimeEnvironments } from "@congruent/toolchain";

export interface Venue {
  /** The execution provider as onnxruntime-node names it. */
  node: string;
  /** The execution provider as onnxruntime-web names it, and the file of its dist folder that has it. */
  web: { provider: string; bundle: string };
  /** The platform on which the fault was seen. */
  shownIn: "node" | "web";
  /** The browser that shows it; null for Node. */
  browser: BrowserName | null;
  /** Variables that the script needs on this machine to find the runtime's libraries. */
  env: () => Promise<Record<string, string>>;
}

/** Null for a runtime that is not ONNX Runtime. */
export function venueOf({ runtime, browser }: RuntimeInBrowser): Venue | null {
  const shown: RuntimeDefinition = runtimeDefinition(runtime);
  if (!shown.ort) return null;
  const other: RuntimeDefinition = runtimeDefinition(shown.ort.counterpart as typeof runtime);
  const onPage = shown.platform === "browser";
  const [node, web] = onPage ? [other.ort, shown.ort] : [shown.ort, other.ort];
  return {
    node: node?.name ?? "cpu",
    web: { provider: web?.name ?? "wasm", bundle: web?.webBundle ?? "ort.wasm.min.mjs" },
    shownIn: onPage ? "web" : "node",
    browser,
    env: async () => {
      if (onPage) return {};
      const found = await runtimeEnvironments[runtime as NodeOrtRuntime]();
      return found.available ? found.env : {};
    },
  };
}
