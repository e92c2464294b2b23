import { availableParallelism } from "node:os";
import {
  type BrowserName,
  type BrowserRuntime,
  type RuntimeVariantKind,
  runtimeDefinition,
} from "@congruent/core";
import type { Runner, RunnerVariant } from "../runner.js";
import { runInBrowser } from "../web/run-in-browser.js";

/** Threads of the variant, beside the default of one thread, which always adds in the same order. */
const THREADS = Math.min(4, availableParallelism());

const VARIANTS: Readonly<Record<RuntimeVariantKind, readonly RunnerVariant[]>> = {
  threads: THREADS > 1 ? [{ name: `${THREADS} threads`, job: { threads: THREADS } }] : [],
};

/** A runtime of onnxruntime-web on a page of a headless browser, on the machine's GPU or on SwiftShader where it uses one. */
export function browserRunner(runtime: BrowserRuntime, browser: BrowserName): Runner {
  const kinds: readonly RuntimeVariantKind[] = runtimeDefinition(runtime).variants;
  return {
    runtime,
    browser,
    variants: kinds.flatMap((kind) => VARIANTS[kind]),
    run: (job) => runInBrowser(job, runtime, { browser }),
  };
}
