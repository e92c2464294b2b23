import {
  CongruentError,
  DTYPES,
  messageOf,
  type OrtRuntime,
  runtimeDefinition,
  type Tensor,
} from "@congruent/core";
import type { Card, Optimization, SessionSettings } from "@congruent/core/schemas";
import {
  checkProfile,
  decodeModel,
  encodeModel,
  type ModelProto,
  makeGraph,
  makeModel,
  makeNode,
  makeTensorValueInfo,
  modelInterface,
  readCard,
  TensorProto_DataLocation,
  type ValueDescription,
} from "@congruent/onnx";
import { platform } from "#session";
import { runBatches } from "./batches.js";
import { type Classification, classify, type Pictures } from "./classify.js";
import { axesAtOdds, checkFeeds } from "./feeds.js";
import { type PlacedNode, placedNodes } from "./profile.js";
import type { Session, SessionOptions, Unavailable } from "./session.js";
import { refuseAborted } from "./turns.js";

export interface LoadOptions {
  /** Default: `node-cpu` in Node, `web-wasm` in browsers. A runtime that is not available is an error; it is never replaced. */
  runtime?: OrtRuntime;
  /** Threads of one operator. Default: ONNX Runtime's own choice. */
  threads?: number;
  /** How far ONNX Runtime may rewrite the graph. Default: `all`. */
  optimization?: Optimization;
  /**
   * What a session of ONNX Runtime can be told besides, in its own words: options of the provider, and entries of its configuration, such as
   * those that `congruent parity --cure` found. Default: nothing.
   */
  session?: SessionSettings | undefined;
  /** Browser only: the folder, with a slash at its end, from which ONNX Runtime's .wasm files are served. */
  wasmPaths?: string;
  /** Keeps a profile of the first batch, for `placement`. Default: false. */
  profile?: boolean;
  /** Aborted before the model is ready: `load` rejects with `E_ABORTED` and frees what it has opened. Default: never. */
  signal?: AbortSignal;
}

/** A model that is ready to run. */
export interface Model {
  /** The card inside the file; null if the file has none. */
  card: Card | null;
  inputs: readonly ValueDescription[];
  outputs: readonly ValueDescription[];
  runtime: OrtRuntime;
  versions: Record<string, string>;
  /** The GPU's description, where the platform tells it. */
  adapter: string | null;
  /**
   * Computes every output. With `batchSize` the first axis is cut into parts of that many samples, run one after the other.
   *
   * @throws CongruentError `E_INPUT_NAME`, `E_INPUT_DTYPE`, `E_INPUT_SHAPE` (also for data that does not fill its shape exactly), `E_BATCH_SIZE`,
   * `E_BATCH_OUTPUT`, `E_RUN`, `E_CLOSED`, `E_DEVICE_LOST`
   */
  run(feeds: Record<string, Tensor>, options?: { batchSize?: number }): Promise<Record<string, Tensor>>;
  /**
   * The label of each picture. Values are raw, in the card's range (mostly 0..255); pictures that no model can answer are refused.
   *
   * @throws CongruentError as `run`; `E_CARD` for a model without a card, `E_PIXEL_VALUE` for NaN, infinity or a value out of range,
   * `E_OUTPUT_NAN` where the model computes NaN
   * @example
   * ```ts no-run
   * await model.classify([new Float32Array(784).fill(Number.NaN)]); // rejects with E_PIXEL_VALUE
   * ```
   */
  classify(pictures: Pictures): Promise<Classification[]>;
  /**
   * Which execution provider ran each node of the first batch, by ONNX Runtime's own profile of it; the others run on the same session,
   * whose nodes stay where they are. Only for a model that was loaded with `profile` and has run.
   *
   * @throws CongruentError `E_PLACEMENT_PROFILE`
   */
  placement(): Promise<PlacedNode[]>;
  /** Frees ONNX Runtime's memory after all started runs have ended. The model cannot be used afterwards. */
  close(): Promise<void>;
}

/**
 * Loads a model.
 *
 * @param source path or URL of an ONNX file, or its bytes
 * @throws CongruentError `E_MODEL_NOT_FOUND`, `E_ONNX_INVALID`, `E_CARD`, `E_DTYPE`, `E_ABORTED`; of exit 3 `E_RUNTIME_UNAVAILABLE`, `E_LOCALE`, and
 * `E_RUNTIME_BUSY` where other code of the page is opening a session just now: models that are loaded by this package take turns
 * @example
 * ```ts no-run
 * const model = await load("models/lenet/model.onnx");
 * const [answer] = await model.classify([pixels]);
 * ```
 */
export async function load(source: string | URL | Uint8Array, options: LoadOptions = {}): Promise<Model> {
  const settings: SessionOptions = {
    runtime: options.runtime ?? platform.defaultRuntime,
    threads: options.threads,
    optimization: options.optimization ?? "all",
    session: options.session,
    wasmPaths: options.wasmPaths,
    profile: options.profile ?? false,
    signal: options.signal,
  };
  const reason = await whyUnavailable(settings.runtime, settings);
  if (reason) throw unavailable(settings.runtime, reason.why, reason.fix);
  const bytes = source instanceof Uint8Array ? source : await platform.readModel(source);
  const name = source instanceof Uint8Array ? "the model" : String(source);
  const proto = decodeModel(bytes, name);
  const card = readCard(proto, name);
  const { inputs, outputs } = modelInterface(proto);
  // An output without a type has the one that ONNX Runtime infers.
  checkRunnable(proto, [...inputs, ...outputs.filter(({ dtype }) => dtype !== "unknown")], name);

  refuseAborted(options.signal);
  const session = await openSession(bytes, settings, name);
  if (options.signal?.aborted) {
    await session.close();
    refuseAborted(options.signal);
  }
  const { runtime } = settings;
  let open = true;
  let placed: PlacedNode[] | null = null;
  const running = new Set<Promise<unknown>>();
  const runOnce = async (feeds: Record<string, Tensor>) => {
    const run = runSession(session, feeds, { name, inputs });
    running.add(run);
    const outputs = await run.finally(() => running.delete(run));
    if (settings.profile) placed ??= placedNodes(await session.endProfile());
    return outputs;
  };

  const model: Model = {
    card,
    inputs,
    outputs,
    runtime,
    versions: session.versions,
    adapter: session.adapter,
    async run(feeds, { batchSize } = {}) {
      if (!open) throw new CongruentError({ code: "E_CLOSED", what: `${name} was closed before this run` });
      if (batchSize === undefined) {
        checkFeeds(feeds, inputs);
        return runOnce(feeds);
      }
      return runBatches(feeds, { batchSize, inputs }, runOnce);
    },
    async classify(pictures) {
      // Only `classify` uses the card: `run` takes any model with any card.
      if (card) checkProfile(proto, card, name);
      return classify(model, pictures, name);
    },
    async placement() {
      if (placed) return placed;
      throw new CongruentError({
        code: "E_PLACEMENT_PROFILE",
        what: `node placement of ${name} is not available: ${settings.profile ? "it has not run yet" : "it was loaded without a profile"}`,
        fix: "load it with the option profile, and run it first",
      });
    },
    async close() {
      if (!open) return;
      open = false;
      // What a run still uses must not be freed.
      await Promise.allSettled(running);
      await session.close();
    },
  };
  return model;
}

/**
 * Why a runtime cannot be used on this platform or in this page, as far as that is known without opening a model; null if no reason is
 * known.
 *
 * @example
 * ```ts
 * await whyUnavailable("node-cpu"); // => null
 * (await whyUnavailable("web-wasm")).why; // => "it does not exist on this platform"
 * ```
 */
export async function whyUnavailable(
  runtime: OrtRuntime,
  options: { threads?: number | undefined } = {},
): Promise<Unavailable | null> {
  if (platform.runtimes.includes(runtime)) return platform.whyUnavailable(runtime, options);
  return { why: "it does not exist on this platform", fix: `use one of ${platform.runtimes.join(", ")}` };
}

function checkRunnable(model: ModelProto, values: readonly ValueDescription[], name: string): void {
  const strange = values.find((value) => !(DTYPES as readonly string[]).includes(value.dtype));
  if (strange) {
    throw new CongruentError({
      code: "E_DTYPE",
      what: `${strange.name} of ${name} is ${strange.dtype}`,
      expected: `inputs and outputs of type ${DTYPES.join(", ")}`,
    });
  }
  const external = model.graph?.initializer.find((w) => w.dataLocation === TensorProto_DataLocation.EXTERNAL);
  if (external) {
    throw new CongruentError({
      code: "E_ONNX_EXTERNAL",
      what: `${name} keeps the weight ${external.name} in another file`,
      expected: "one file that holds everything",
      fix: "save it again with the weights inside (onnx.save without save_as_external_data)",
    });
  }
}

async function openSession(bytes: Uint8Array, options: SessionOptions, name: string): Promise<Session> {
  try {
    return await platform.open(bytes, options);
  } catch (error) {
    if (error instanceof CongruentError) throw error;
    if (BUSY.test(messageOf(error))) throw busy(options.runtime, error);
    await probe(options);
    const reason = reasonOf(error);
    // StringNormalizer builds a locale of the system, which small images of systems lack: no fault of the model.
    const [, locale] = /Failed to construct locale with name:\s*([\w.@-]+)/.exec(reason) ?? [];
    if (locale !== undefined) {
      throw new CongruentError({
        code: "E_LOCALE",
        what: `${options.runtime} cannot run ${name} here: this system lacks the locale ${locale}`,
        fix: `install it (Debian: apt-get install locales, then localedef -i en_US -f UTF-8 en_US.UTF-8), or save the model with another locale`,
        exit: 3,
        cause: error,
      });
    }
    throw new CongruentError({
      code: "E_ONNX_INVALID",
      what: `${options.runtime} refuses ${name}: ${reason}`,
      fix: "export the model again, or report the operator that is named",
      cause: error,
    });
  }
}

/** What ONNX Runtime says where two sessions are opened at once. */
const BUSY = /another WebGPU EP inference session is being created|multiple calls to 'init\w+\(\)' detected/;

function busy(runtime: OrtRuntime, cause: unknown): CongruentError {
  return new CongruentError({
    code: "E_RUNTIME_BUSY",
    what: `the runtime ${runtime} is opening another session just now: ${reasonOf(cause)}`,
    expected: "one at a time; models that are loaded by @congruent/runtime wait for each other",
    fix: "load the model again when the other one is ready",
    exit: 3,
    cause,
  });
}

/** Whether the runtime can open any model: distinguishes an absent runtime from a model that it refuses. */
async function probe(options: SessionOptions): Promise<void> {
  const value = (name: string) => makeTensorValueInfo(name, "float32", [1]);
  const graph = makeGraph([makeNode("Relu", ["x"], ["y"])], "probe", [value("x")], [value("y")]);
  try {
    // The probe has none of the nodes that session settings may name.
    const tried = { ...options, profile: false, signal: undefined, session: undefined };
    const session = await platform.open(encodeModel(makeModel(graph)), tried);
    await session.close();
  } catch (error) {
    throw unavailable(options.runtime, reasonOf(error), runtimeDefinition(options.runtime).remedy, error);
  }
}

/** ONNX Runtime's message without a C++ source location and condition before it. */
function reasonOf(error: unknown): string {
  return messageOf(error)
    .replace(/^\S+\.cc:\d+ .*? was false\. /s, "")
    .trim();
}

function unavailable(runtime: OrtRuntime, why: string, fix: string, cause?: unknown): CongruentError {
  return new CongruentError({
    code: "E_RUNTIME_UNAVAILABLE",
    what: `the runtime ${runtime} cannot be used: ${why}`,
    fix,
    exit: 3,
    cause,
  });
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
