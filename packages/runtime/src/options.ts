import { CongruentError, type OrtRuntime } from "@congruent/core/essentials";
import type { Optimization, SessionSettings } from "@congruent/core/schemas";
import type { Progress } from "./download.js";
import { PROVIDERS } from "./ort-runtimes.js";
import type { Selection } from "./verified/selection.js";

export interface LoadOptions {
  /**
   * Default: `node-cpu` in Node, `web-wasm` in browsers. A runtime that is not available is an error; it is never replaced. `auto`, which needs
   * `passport`: of the runtimes that compute the golden outputs on this very device, the fastest.
   */
  runtime?: OrtRuntime | "auto";
  /** Of `auto`: the only ones that may be taken. Default: all of this platform. */
  runtimes?: readonly OrtRuntime[];
  /**
   * model.passport.json: its content, or its path or URL. The file must then be the passport's, byte by byte, before anything opens it, and the
   * runtime must compute the golden outputs, as `verify` says. Default: none, and then nothing is known of either.
   */
  passport?: object | string | URL;
  /**
   * When the golden inputs are run: in every load, or the `first` time on this device (the same file, ONNX Runtime, adapter and browser), or
   * never. Default: `first`.
   */
  verify?: "always" | "first" | "never";
  /** Whether a choice or verification is kept for the next load: in the Cache API, in Node as a file in the user's cache folder. Default: true. */
  remember?: boolean;
  /** How long one runtime may take to open and to run the golden inputs, in milliseconds. Default: 60,000. */
  attemptMs?: number;
  /** Told how the runtime was chosen, which is `model.selection` too. */
  onSelect?: (selection: Selection) => void;
  /** Threads of one operator. Default: ONNX Runtime's own choice. */
  threads?: number;
  /** How far ONNX Runtime may rewrite the graph. Default: `all`. */
  optimization?: Optimization;
  /**
   * What a session of ONNX Runtime can be told besides, in its own words: options of the provider, and entries of its configuration, such as
   * those that `congruent parity --cure` found. Default: nothing.
   */
  session?: SessionSettings | undefined;
  /**
   * Browser only: the folder from which ONNX Runtime's .wasm and .mjs files are served. Looked at first: a wrong one can be corrected by the next
   * call. A build that is in use keeps the folder that it came from.
   */
  wasmPaths?: string;
  /** Keeps a profile of the first batch, for `placement`. Default: false. */
  profile?: boolean;
  /** How long reading the model may take, in milliseconds; of a passport that is named by its address, as long again. Default: for ever. */
  timeoutMs?: number;
  /** Told of every part of the file that has come. */
  onProgress?: (progress: Progress) => void;
  /** Aborted before the model is ready: `load` rejects with `E_ABORTED` and frees what it has opened. Default: never. */
  signal?: AbortSignal;
}

const OPTIONS: Readonly<Record<keyof LoadOptions, (value: unknown) => string | null>> = {
  runtime: () => null,
  runtimes: (value) => (Array.isArray(value) && value.length > 0 ? null : "a list of runtimes"),
  passport: (value) =>
    value !== null && ["object", "string"].includes(typeof value) ? null : "a passport, or where it lies",
  verify: (value) => member(value, ["always", "first", "never"]),
  remember: (value) => member(value, [true, false]),
  attemptMs: positive,
  onSelect: isFunction,
  threads: (value) =>
    Number.isInteger(value) && (value as number) >= 1 ? null : "a whole number of at least 1",
  optimization: (value) => member(value, ["disabled", "basic", "extended", "all"]),
  session: (value) => (typeof value === "object" && value !== null ? null : "an object { provider, config }"),
  wasmPaths: (value) => (typeof value === "string" ? null : "an address"),
  profile: (value) => member(value, [true, false]),
  timeoutMs: positive,
  onProgress: isFunction,
  signal: (value) =>
    typeof value === "object" && value !== null && "aborted" in value ? null : "an AbortSignal",
};

const ORT_RUNTIMES = Object.keys(PROVIDERS);

/**
 * A misspelled option would be ignored, and a wrong one show as a failure of ONNX Runtime's much later.
 *
 * @throws CongruentError `E_OPTION`; `E_RUNTIME_NAME` for a runtime that does not exist anywhere
 */
export async function checkOptions(options: LoadOptions): Promise<void> {
  const strange = strangeName(options, Object.keys(OPTIONS), "load");
  if (strange !== undefined) throw await unknownOption(strange, Object.keys(OPTIONS), "load");
  for (const [name, wanted] of Object.entries(OPTIONS)) {
    const value: unknown = options[name as keyof LoadOptions];
    const expected = value === undefined ? null : wanted(value);
    if (expected === null) continue;
    throw new CongruentError({
      code: "E_OPTION",
      what: `the option ${name} of load is ${typeof value === "number" ? value : JSON.stringify(value)}`,
      expected,
    });
  }
  for (const name of [options.runtime ?? "auto", ...(options.runtimes ?? [])]) {
    if (name === "auto" || ORT_RUNTIMES.includes(name)) continue;
    throw await unknown(String(name), ["auto", ...ORT_RUNTIMES], "runtime", "E_RUNTIME_NAME");
  }
  refusePointless(options);
}

/** What would be ignored: an app that says it believes in it. */
function refusePointless({ runtime, passport, verify, runtimes }: LoadOptions): void {
  if (passport === undefined && verify !== undefined && verify !== "never")
    throw pointless("verify", "a passport, whose golden inputs are run");
  if (runtimes !== undefined && runtime !== "auto") throw pointless("runtimes", 'runtime: "auto"');
  if (runtime === "auto" && verify === "never")
    throw pointless(
      'runtime: "auto"',
      "verify of always or first: nothing else tells which runtime is right",
    );
}

function pointless(option: string, expected: string): CongruentError {
  return new CongruentError({
    code: "E_OPTION",
    what: `the option ${option} of load can do nothing without another one`,
    expected,
  });
}

/**
 * The first option that there is not, for {@link unknownOption}.
 *
 * @throws CongruentError `E_OPTION` for what is no object
 */
export function strangeName(options: object, known: readonly string[], method: string): string | undefined {
  if (options === null || typeof options !== "object") {
    throw new CongruentError({
      code: "E_OPTION",
      what: `the options of ${method} are ${options === null ? "null" : `a ${typeof options}`}`,
      expected: "an object, or nothing",
    });
  }
  return Object.keys(options).find((name) => !known.includes(name));
}

/** `E_OPTION`, with the name that was probably meant. */
export function unknownOption(
  name: string,
  known: readonly string[],
  method: string,
): Promise<CongruentError> {
  return unknown(name, known, `option of ${method}`, "E_OPTION");
}

async function unknown(
  name: string,
  known: readonly string[],
  kind: string,
  code: string,
): Promise<CongruentError> {
  const { unknownName } = await import("./misspelled.js");
  return unknownName(name, known, { kind, code });
}

function positive(value: unknown): string | null {
  return Number.isFinite(value) && (value as number) > 0 ? null : "a number of milliseconds above 0";
}

function isFunction(value: unknown): string | null {
  return typeof value === "function" ? null : "a function";
}

function member(value: unknown, known: readonly unknown[]): string | null {
  return known.includes(value) ? null : `one of ${known.join(", ")}`;
}
