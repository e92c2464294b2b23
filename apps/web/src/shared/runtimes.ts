/** What this browser can run models on. */
import { BROWSER_RUNTIMES, type BrowserRuntime } from "@congruent/core";
import { whyUnavailable } from "@congruent/runtime";

export type { BrowserRuntime } from "@congruent/core";

/** Why a runtime cannot be used here, or null when it can. */
export type Availability = Readonly<Record<BrowserRuntime, string | null>>;

export async function availability(): Promise<Availability> {
  const asked = BROWSER_RUNTIMES.map(
    async (runtime) => [runtime, (await whyUnavailable(runtime))?.why ?? null] as const,
  );
  return Object.fromEntries(await Promise.all(asked)) as Availability;
}

/** Threads that WebAssembly may use: more than one only where the page is isolated from other origins. */
export function wasmThreads(): number {
  if (!crossOriginIsolated) return 1;
  return Math.max(1, Math.min(4, Math.ceil(navigator.hardwareConcurrency / 2)));
}
