import { CongruentError, type OrtRuntime } from "@congruent/core/essentials";
import { refuseAborted } from "./aborted.js";
import { unavailable } from "./failure.js";
import { type Model, makeModel } from "./model.js";
import { openSession } from "./open-session.js";
import { checkOptions, type LoadOptions } from "./options.js";
import { readFile, type Source, whole } from "./read-model.js";
import type { Platform, SessionOptions, Unavailable } from "./session.js";

/** `load` of index.ts, for one platform and the builds of ONNX Runtime that it has. */
export async function loadOn(platform: Platform, source: Source, options: LoadOptions = {}): Promise<Model> {
  await checkOptions(options);
  const { runtime = platform.defaultRuntime, signal } = options;
  const settings: Omit<SessionOptions, "runtime"> = {
    threads: options.threads,
    optimization: options.optimization ?? "all",
    session: options.session,
    wasmPaths: options.wasmPaths,
    profile: options.profile ?? false,
    signal,
  };
  if (runtime !== "auto") await refuseUnavailable(platform, runtime, settings);
  if (options.passport !== undefined) {
    const file = await readFile(platform, source, options);
    // Apps without a passport need not load it.
    const { loadVerified } = await import("./verified/load-verified.js");
    return loadVerified(platform, file, { options, settings });
  }
  if (runtime === "auto") throw noPassport();
  const read = await whole(platform, await readFile(platform, source, options), source);
  refuseAborted(signal);
  const session = await openSession(platform, read, { ...settings, runtime });
  try {
    refuseAborted(signal);
    return makeModel({ ...read, session, runtime, profile: settings.profile ?? false });
  } catch (error) {
    await session.close();
    throw error;
  }
}

async function refuseUnavailable(
  platform: Platform,
  runtime: OrtRuntime,
  settings: Pick<SessionOptions, "threads">,
): Promise<void> {
  const reason = await whyUnavailableOn(platform, runtime, settings);
  if (reason) throw unavailable(runtime, reason.why, reason.fix);
}

function noPassport(): CongruentError {
  return new CongruentError({
    code: "E_OPTION",
    what: 'runtime: "auto" was asked for without a passport',
    expected: "golden inputs and outputs: without them nothing says which runtime is right",
    fix: "give the model's passport (option passport), or name a runtime",
  });
}

/** `whyUnavailable` of index.ts, for one platform. */
export async function whyUnavailableOn(
  platform: Platform,
  runtime: OrtRuntime,
  options: { threads?: number | undefined } = {},
): Promise<Unavailable | null> {
  if (platform.runtimes.includes(runtime)) return platform.whyUnavailable(runtime, options);
  const elsewhere = runtime.startsWith("web-") ? "browsers" : "Node";
  const here = platform.runtimes.join(", ");
  return {
    why: `it does not exist on this platform (it is one of ${elsewhere}'s)`,
    fix: `use one of ${here}`,
  };
}
