import { CongruentError, median } from "@congruent/core/essentials";
import type { Passport } from "@congruent/core/schemas";
import { refuseAborted } from "../aborted.js";
import { unavailable } from "../failure.js";
import { type Model, makeModel } from "../model.js";
import { openSession } from "../open-session.js";
import type { LoadOptions } from "../options.js";
import { decodeAll } from "../passport.js";
import { outlined, type ReadModel, refuseForeign } from "../read-model.js";
import type { Candidate, Platform, SessionOptions } from "../session.js";
import { type Attempted, attempt } from "./attempt.js";
import { checkHash } from "./check-hash.js";
import { type Choice, choiceKey, keep, recall } from "./choice-memory.js";
import { readPassport } from "./read-passport.js";
import type { Attempt, Selection } from "./selection.js";

interface Verified {
  platform: Platform;
  read: ReadModel;
  passport: Passport;
  options: LoadOptions;
  settings: Omit<SessionOptions, "runtime">;
  candidates: readonly Candidate[];
}

/** An attempt takes no longer, downloads of ONNX Runtime included. */
const LIMIT_MS = 60_000;
/** Runs of the golden inputs that are timed, and how long they may take together. */
const TIMED = { runs: 5, milliseconds: 300 };

/**
 * `load` with a passport: the file's hash before anything opens it, then the golden inputs on this device, on each runtime that may be chosen.
 *
 * @throws CongruentError as `load`
 */
export async function loadVerified(
  platform: Platform,
  file: { bytes: Uint8Array; name: string },
  { options, settings }: { options: LoadOptions; settings: Omit<SessionOptions, "runtime"> },
): Promise<Model> {
  const passport = await readPassport(options.passport, platform, options);
  const hash = await checkHash(file.bytes, passport, file.name).catch(async (error: unknown) => {
    // Such as an error page: its hash would say less of it.
    await refuseForeign(file.bytes, file.name);
    throw error;
  });
  const read = await outlined(file);
  const candidates = candidatesOf(platform, options);
  const verified: Verified = { platform, read, passport, options, settings, candidates };
  const { verify: policy = "first", remember = true } = options;
  refuseAborted(options.signal);
  if (policy === "never") {
    const [{ runtime }] = candidates as [Candidate];
    return openChosen(verified, { runtime, cure: null }, { verified: false, remembered: false });
  }
  const { threads, optimization, session } = settings;
  const runtimes = candidates.map(({ runtime }) => runtime);
  const key = remember
    ? await choiceKey({ hash, golden: passport.golden, runtimes, threads, optimization, session }, platform)
    : null;
  if (key !== null && policy === "first") {
    const remembered = await openRemembered(verified, key);
    if (remembered) return remembered;
  }
  return choose(verified, key);
}

/** Which runtimes may be taken, in the order in which they are tried. */
function candidatesOf(
  platform: Platform,
  { runtime = platform.defaultRuntime, runtimes }: LoadOptions,
): Candidate[] {
  if (runtime !== "auto") return [{ runtime }];
  const allowed = platform.candidates.filter(({ runtime: name }) => runtimes?.includes(name) ?? true);
  if (allowed.length > 0) return allowed;
  throw new CongruentError({
    code: "E_OPTION",
    what: `none of the runtimes ${runtimes?.join(", ")} exists on this platform`,
    expected: `some of ${platform.candidates.map(({ runtime: name }) => name).join(", ")}`,
  });
}

async function openRemembered(verified: Verified, key: string): Promise<Model | null> {
  const choice = await recall(key, verified.platform);
  if (choice === null) return null;
  try {
    const model = await openChosen(verified, choice, { verified: false, remembered: true });
    if (model.versions.onnxruntime === choice.onnxruntime) return model;
    await model.close();
  } catch (error) {
    // What was right once and cannot be opened now is one of those that are tried again, and named with its reason.
    if (error instanceof CongruentError && error.code === "E_ABORTED") throw error;
  }
  return null;
}

async function openChosen(
  { platform, read, settings, options }: Verified,
  { runtime, cure }: Pick<Choice, "runtime" | "cure">,
  found: Pick<Selection, "verified" | "remembered">,
): Promise<Model> {
  const reason = await platform.whyUnavailable(runtime, settings);
  if (reason) throw unavailable(runtime, reason.why, reason.fix);
  const cured = cure && {
    session: cure.session,
    ...(cure.optimization && { optimization: cure.optimization }),
  };
  const session = await openSession(platform, read, { ...settings, runtime, ...cured });
  const selection: Selection = { runtime, cure, ...found, notKept: null, tried: [] };
  const model = makeModel({ ...read, session, runtime, profile: settings.profile ?? false, selection });
  options.onSelect?.(selection);
  return model;
}

async function choose(verified: Verified, key: string | null): Promise<Model> {
  const { platform, read, passport, settings, options, candidates } = verified;
  const { attemptMs: limitMs = LIMIT_MS, signal } = options;
  const cures = options.session === undefined && options.optimization === undefined;
  const tried: Attempt[] = [];
  let best: { model: Model; attempt: Attempt } | null = null;
  try {
    for (const candidate of candidates) {
      refuseAborted(signal);
      const {
        attempt: found,
        model,
        error,
      } = await tryCandidate(candidate, tried, () =>
        attempt(candidate.runtime, { platform, read, passport, settings, limitMs, cures }),
      );
      tried.push(found);
      // Of a runtime that was named, the error says more than the attempt.
      if (error !== undefined && candidates.length === 1) throw error;
      if (!model) continue;
      // Alone there is nothing to compare it with.
      if (candidates.length > 1) found.seconds = await timed(model, platform);
      const faster = best === null || (found.seconds ?? 0) < (best.attempt.seconds ?? 0);
      const slower = faster ? best?.model : model;
      if (faster) best = { model, attempt: found };
      await slower?.close();
    }
  } catch (error) {
    await best?.model.close();
    throw error;
  }
  if (best === null) throw noneRight(read.name, tried);
  const { runtime, cure } = best.attempt;
  const onnxruntime = best.model.versions.onnxruntime ?? "";
  const notKept = key === null ? null : await keep(key, { runtime, cure, onnxruntime }, platform);
  const selection: Selection = { runtime, cure, verified: true, remembered: false, notKept, tried };
  best.model.selection = selection;
  options.onSelect?.(selection);
  return best.model;

  async function timed(model: Model, { now = () => performance.now() }: Platform): Promise<number> {
    const feeds = decodeAll(passport.golden.inputs);
    const seconds: number[] = [];
    const begin = now();
    do {
      const start = now();
      await model.run(feeds);
      seconds.push((now() - start) / 1000);
    } while (seconds.length < TIMED.runs && now() - begin < TIMED.milliseconds);
    return median(seconds);
  }

  async function tryCandidate(
    { runtime, insteadOf }: Candidate,
    before: readonly Attempt[],
    open: () => Promise<Attempted>,
  ): Promise<Attempted> {
    const none = { runtime, cure: null, worst: null, seconds: null };
    const other = before.find((each) => each.runtime === insteadOf);
    if (other && (other.status === "right" || other.status === "unavailable")) {
      const reason = `it stands in for ${insteadOf}, which is ${other.status}`;
      return { attempt: { ...none, status: "not tried", reason }, model: null };
    }
    const absent = await platform.whyUnavailable(runtime, settings);
    if (absent) {
      const error = unavailable(runtime, absent.why, absent.fix);
      return { attempt: { ...none, status: "unavailable", reason: absent.why }, model: null, error };
    }
    return open();
  }
}

function noneRight(name: string, tried: readonly Attempt[]): CongruentError {
  const list = tried
    .map(({ runtime, status, reason }) => `${runtime} is ${status}: ${reason}`)
    .join("\n    ");
  const wrong = tried.some(({ status }) => status === "wrong" || status === "failed" || status === "hung");
  return new CongruentError({
    code: wrong ? "E_DIVERGES" : "E_RUNTIME_UNAVAILABLE",
    what: `no runtime computes ${name} here as its passport says:\n    ${list}`,
    expected: "every output within its bound of the golden one",
    fix:
      tried.length > 1
        ? "tell the user that this device cannot run the model; a file exported as portable may run on more"
        : 'use runtime: "auto", which takes a runtime that is right on this device',
    exit: wrong ? 1 : 3,
  });
}
