/// <reference lib="esnext.disposable" preserve="true" />
import { CongruentError, type OrtRuntime, type Tensor } from "@congruent/core/essentials";
import type { ValueDescription } from "@congruent/onnx/outline";
import { refuseAborted, unlessAborted } from "./aborted.js";
import { runBatches } from "./batches.js";
import { type Card, readCard } from "./card.js";
import { type Classification, classifier, type Pictures } from "./classify.js";
import { reasonOf } from "./failure.js";
import { axesAtOdds, checkFeeds } from "./feeds.js";
import { strangeName, unknownOption } from "./options.js";
import type { PlacedNode } from "./profile.js";
import type { ReadModel } from "./read-model.js";
import type { Session } from "./session.js";
import type { Selection } from "./verified/selection.js";

export interface CallOptions {
  /** Aborted: the call rejects with `E_ABORTED` at once, and no further batch is begun. Default: never. */
  signal?: AbortSignal | undefined;
}

export interface RunOptions extends CallOptions {
  /** Samples of one run: the first axis is cut into parts. Default: one run of everything. */
  batchSize?: number;
}

/** A model that is ready to run. */
export interface Model extends AsyncDisposable {
  /** The card inside the file; null if the file has none. */
  card: Card | null;
  inputs: readonly ValueDescription[];
  outputs: readonly ValueDescription[];
  runtime: OrtRuntime;
  versions: Record<string, string>;
  /** The GPU's description, where the platform tells it. */
  adapter: string | null;
  /** How the runtime was chosen and verified; null for a model that was loaded without a passport. */
  selection: Selection | null;
  /**
   * Computes every output. With `batchSize` the first axis is cut into parts of that many samples, run one after the other.
   *
   * @throws CongruentError `E_INPUT_NAME`, `E_INPUT_DTYPE`, `E_INPUT_SHAPE` (also for data that does not fill its shape exactly), `E_BATCH_SIZE`,
   * `E_BATCH_OUTPUT`, `E_OPTION`, `E_RUN`, `E_ABORTED`, `E_CLOSED`, `E_DEVICE_LOST`
   */
  run(feeds: Record<string, Tensor>, options?: RunOptions): Promise<Record<string, Tensor>>;
  /**
   * The label of each picture. Values are raw, in the card's range (mostly 0..255); pictures that no model can answer are refused.
   *
   * @throws CongruentError as `run`; `E_CARD` for a model without a card, `E_PROFILE` for one that does not keep to it, `E_PIXEL_VALUE` for NaN,
   * infinity or a value out of range, `E_OUTPUT_NAN` where the model computes NaN
   * @example
   * ```ts no-run
   * await model.classify([new Float32Array(784).fill(Number.NaN)]); // rejects with E_PIXEL_VALUE
   * ```
   */
  classify(pictures: Pictures, options?: CallOptions): Promise<Classification[]>;
  /**
   * Which execution provider ran each node of the first batch, by ONNX Runtime's own profile of it; the others run on the same session,
   * whose nodes stay where they are. Only for a model that was loaded with `profile` and has run.
   *
   * @throws CongruentError `E_PLACEMENT_PROFILE`
   */
  placement(): Promise<PlacedNode[]>;
  /**
   * Frees ONNX Runtime's memory after all calls that have begun are through, every batch of them. The model cannot be used afterwards.
   * `await using model = await load(…)` calls it at the end of the block.
   */
  close(): Promise<void>;
}

export interface OpenedModel extends ReadModel {
  session: Session;
  runtime: OrtRuntime;
  /** Whether the session keeps a profile. */
  profile: boolean;
  selection?: Selection;
}

const CALL_OPTIONS = ["signal"];
const RUN_OPTIONS = ["batchSize", ...CALL_OPTIONS];

/** @throws CongruentError `E_CARD` */
export function makeModel({ session, runtime, profile, selection, name, outline }: OpenedModel): Model {
  const { inputs, outputs } = outline;
  let open = true;
  let placed: PlacedNode[] | null = null;
  /** Once, whichever of several runs is the first to end. */
  let placing: Promise<PlacedNode[]> | null = null;
  let calls = 0;
  /** Told when the last call has ended, once the model is being closed. */
  let idle: (() => void) | null = null;

  async function runOnce(feeds: Record<string, Tensor>): Promise<Record<string, Tensor>> {
    const found = await runSession(session, feeds, { name, inputs });
    if (profile) {
      placing ??= endProfile();
      placed = await placing;
    }
    return found;
  }

  async function endProfile(): Promise<PlacedNode[]> {
    const { placedNodes } = await import("./profile.js");
    return placedNodes(await session.endProfile());
  }

  /** A call as a whole: `close` waits for its last batch. */
  async function work<T>(begin: () => Promise<T>): Promise<T> {
    calls += 1;
    try {
      return await begin();
    } finally {
      calls -= 1;
      if (calls === 0) idle?.();
    }
  }

  function call<T>(method: string, begin: () => Promise<T>, { signal }: CallOptions): Promise<T> {
    if (!open) {
      throw new CongruentError({
        code: "E_CLOSED",
        what: `${name} was closed before this call of ${method}`,
        fix: "load the model again, or close it later",
      });
    }
    refuseAborted(signal);
    return unlessAborted(work(begin), signal);
  }

  const run = async (feeds: Record<string, Tensor>, { batchSize, signal }: RunOptions) => {
    if (batchSize === undefined) {
      checkFeeds(feeds, inputs);
      return runOnce(feeds);
    }
    return runBatches(feeds, { batchSize, inputs }, (part) => {
      refuseAborted(signal);
      return runOnce(part);
    });
  };
  // A card of its own: an app may change the one that it is given.
  const classifyAll = classifier({ card: readCard(outline.metadata, name), outline, name, run, runOnce });

  async function close(): Promise<void> {
    if (!open) return;
    open = false;
    // What a run still uses must not be freed.
    if (calls > 0) await new Promise<void>((resolve) => (idle = resolve));
    await session.close();
  }

  const model: Omit<Model, typeof Symbol.asyncDispose> = {
    card: readCard(outline.metadata, name),
    inputs,
    outputs,
    runtime,
    versions: session.versions,
    adapter: session.adapter,
    selection: selection ?? null,
    async run(feeds, options = {}) {
      const strange = strangeName(options, RUN_OPTIONS, "run");
      if (strange !== undefined) throw await unknownOption(strange, RUN_OPTIONS, "run");
      return call("run", () => run(feeds, options), options);
    },
    async classify(pictures, options = {}) {
      const strange = strangeName(options, CALL_OPTIONS, "classify");
      if (strange !== undefined) throw await unknownOption(strange, CALL_OPTIONS, "classify");
      return call("classify", () => classifyAll(pictures, options), options);
    },
    async placement() {
      if (placed) return placed;
      throw new CongruentError({
        code: "E_PLACEMENT_PROFILE",
        what: `node placement of ${name} is not available: ${profile ? "it has not run yet" : "it was loaded without a profile"}`,
        fix: "load it with the option profile, and run it first",
      });
    },
    close,
  };
  // Older browsers have no such symbol, and no `await using` that would look for it.
  return Object.assign(model, Symbol.asyncDispose ? { [Symbol.asyncDispose]: close } : {}) as Model;
}

async function runSession(
  session: Session,
  feeds: Record<string, Tensor>,
  { name, inputs }: { name: string; inputs: readonly ValueDescription[] },
): Promise<Record<string, Tensor>> {
  try {
    return await session.run(feeds);
  } catch (error) {
    if (error instanceof CongruentError) throw error;
    const odd = axesAtOdds(feeds, inputs);
    throw new CongruentError({
      code: "E_RUN",
      what: `ONNX Runtime failed while it ran ${name}: ${reasonOf(error)}`,
      fix: `check the inputs' sizes${odd === null ? "" : ` (${odd})`}; if other tools run the model, report a bug`,
      cause: error,
    });
  }
}
