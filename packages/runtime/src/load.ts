import { type OrtRuntime, runtimeDefinition } from "@congruent/core/essentials";
import { refuseAborted } from "./aborted.js";
import { type Model, makeModel } from "./model.js";
import { openSession, unavailable } from "./open-session.js";
import { checkOptions, type LoadOptions } from "./options.js";
import { readModel } from "./read-model.js";
import type { Platform, SessionOptions, Unavailable } from "./session.js";

/** `load` of index.ts, for one platform and the builds of ONNX Runtime that it has. */
export async function loadOn(
  platform: Platform,
  source: string | URL | Uint8Array,
  options: LoadOptions = {},
): Promise<Model> {
  checkOptions(options);
  const settings: SessionOptions = {
    runtime: options.runtime ?? platform.defaultRuntime,
    threads: options.threads,
    optimization: options.optimization ?? "all",
    session: options.session,
    wasmPaths: options.wasmPaths,
    profile: options.profile ?? false,
    signal: options.signal,
  };
  const { runtime, profile = false, signal } = settings;
  const reason = await whyUnavailableOn(platform, runtime, settings);
  if (reason) throw unavailable(runtime, reason.why, reason.fix);
  const read = await readModel(platform, source);
  refuseAborted(signal);
  const session = await openSession(platform, read, settings);
  try {
    refuseAborted(signal);
    return makeModel({ ...read, session, runtime, profile });
  } catch (error) {
    await session.close();
    throw error;
  }
}

/** `whyUnavailable` of index.ts, for one platform. */
export async function whyUnavailableOn(
  platform: Platform,
  runtime: OrtRuntime,
  options: { threads?: number | undefined } = {},
): Promise<Unavailable | null> {
  if (platform.runtimes.includes(runtime)) return platform.whyUnavailable(runtime, options);
  const elsewhere = runtimeDefinition(runtime).platform === "browser" ? "browsers" : "Node";
  const here = platform.runtimes.join(", ");
  return {
    why: `it does not exist on this platform (it is one of ${elsewhere}'s)`,
    fix: `use one of ${here}`,
  };
}
