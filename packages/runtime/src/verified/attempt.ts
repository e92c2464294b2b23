import { CongruentError, messageOf, type OrtRuntime, whatOf } from "@congruent/core/essentials";
import type { OutputDifference, Passport } from "@congruent/core/schemas";
import { unlessAborted } from "../aborted.js";
import { type Model, makeModel } from "../model.js";
import { openSession } from "../open-session.js";
import { verify } from "../passport.js";
import type { ReadModel } from "../read-model.js";
import type { Platform, SessionOptions } from "../session.js";
import { type Cure, curesOf } from "./cures.js";
import type { Attempt } from "./selection.js";

export interface AttemptOptions {
  platform: Platform;
  read: ReadModel;
  passport: Passport;
  settings: Omit<SessionOptions, "runtime">;
  /** For opening, first run and comparison together. */
  limitMs: number;
  /** Whether the passport's cures are tried: not where the app has settings of its own. */
  cures: boolean;
}

/** A model is there where the attempt is right, and is then the caller's to close. */
export interface Attempted {
  attempt: Attempt;
  model: Model | null;
  /** Why it broke or is not there, where it did not compute. */
  error?: unknown;
}

/** The runtime as it is and, where it is not right, with each cure that the passport knows. The last attempt is told. */
export async function attempt(runtime: OrtRuntime, options: AttemptOptions): Promise<Attempted> {
  const known = options.cures ? curesOf(options.passport, runtime) : [];
  let last = await attemptWith(runtime, null, options);
  for (const cure of known) {
    // What hangs or is absent does so whatever it is told.
    if (last.attempt.status !== "wrong" && last.attempt.status !== "failed") break;
    last = await attemptWith(runtime, cure, options);
  }
  return last;
}

async function attemptWith(
  runtime: OrtRuntime,
  cure: Cure | null,
  options: AttemptOptions,
): Promise<Attempted> {
  const blank: Attempt = { runtime, status: "right", reason: null, cure, worst: null, seconds: null };
  const begun = openAndVerify(runtime, cure, options);
  const { signal } = options.settings;
  const outcome = await Promise.race([unlessAborted(begun, signal), after(options.limitMs)]).catch(
    (error: unknown) => ({ error }),
  );
  if (outcome === null) {
    freeLater(begun);
    const reason = `it was not done after ${options.limitMs / 1000} s`;
    return { attempt: { ...blank, status: "hung", reason }, model: null };
  }
  if ("error" in outcome) {
    const { error } = outcome;
    if (error instanceof CongruentError && error.code === "E_ABORTED") {
      freeLater(begun);
      throw error;
    }
    const absent = error instanceof CongruentError && error.code === "E_RUNTIME_UNAVAILABLE";
    const reason = error instanceof CongruentError ? whatOf(error) : messageOf(error);
    return { attempt: { ...blank, status: absent ? "unavailable" : "failed", reason }, model: null, error };
  }
  const { model, verification } = outcome;
  const { reason, outputs } = verification;
  const found = { ...blank, reason, worst: worstOf(outputs) };
  if (reason === null) return { attempt: found, model };
  await model.close();
  return { attempt: { ...found, status: "wrong" }, model: null };
}

/** Of an attempt that is no longer waited for: should it come to an end after all. */
function freeLater(begun: Promise<{ model: Model }>): void {
  begun.then(
    ({ model }) => model.close(),
    () => null,
  );
}

async function openAndVerify(runtime: OrtRuntime, cure: Cure | null, options: AttemptOptions) {
  const { platform, read, passport, settings } = options;
  const cured = cure && {
    session: cure.session,
    ...(cure.optimization && { optimization: cure.optimization }),
  };
  const session = await openSession(platform, read, { ...settings, runtime, ...cured });
  try {
    const model = makeModel({ ...read, session, runtime, profile: settings.profile ?? false });
    return { model, verification: await verify(model, passport) };
  } catch (error) {
    await session.close();
    throw error;
  }
}

/** The output that uses most of its bound. A label has no distance: it is named where nothing else is wrong. */
function worstOf(outputs: readonly OutputDifference[]): Attempt["worst"] {
  const share = ({ name, maxAbs, bound, within }: OutputDifference) => {
    if (name === "label") return within ? 0 : 1;
    if (maxAbs === null) return Number.POSITIVE_INFINITY;
    return maxAbs === 0 ? 0 : maxAbs / (bound ?? 0);
  };
  const [worst] = outputs.toSorted((a, b) => share(b) - share(a));
  if (!worst) return null;
  const { name: output, maxAbs, bound, why } = worst;
  return { output, maxAbs, bound, why };
}

function after(milliseconds: number): Promise<null> {
  return new Promise((resolve) => {
    const timer: unknown = setTimeout(() => resolve(null), milliseconds);
    // In Node the process need not wait for it.
    (timer as { unref?(): void }).unref?.();
  });
}
