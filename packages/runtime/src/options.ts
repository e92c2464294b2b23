import {
  CongruentError,
  type OrtRuntime,
  RUNTIMES,
  runtimeDefinition,
  unknownName,
} from "@congruent/core/essentials";
import type { Optimization, SessionSettings } from "@congruent/core/schemas";

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

const OPTIONS: Readonly<Record<keyof LoadOptions, (value: unknown) => string | null>> = {
  runtime: () => null,
  threads: (value) =>
    Number.isInteger(value) && (value as number) >= 1 ? null : "a whole number of at least 1",
  optimization: (value) => member(value, ["disabled", "basic", "extended", "all"]),
  session: (value) => (typeof value === "object" && value !== null ? null : "an object { provider, config }"),
  wasmPaths: (value) => (typeof value === "string" ? null : "an address, with a slash at its end"),
  profile: (value) => member(value, [true, false]),
  signal: (value) =>
    typeof value === "object" && value !== null && "aborted" in value ? null : "an AbortSignal",
};

const ORT_RUNTIMES = RUNTIMES.filter((name) => runtimeDefinition(name).ort !== null);

/**
 * A misspelled option would be ignored, and a wrong one show as a failure of ONNX Runtime's much later.
 *
 * @throws CongruentError `E_OPTION`; `E_RUNTIME_NAME` for a runtime that does not exist anywhere
 */
export function checkOptions(options: LoadOptions): void {
  checkNames(options, Object.keys(OPTIONS), "load");
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
  const { runtime } = options;
  if (runtime !== undefined && !(ORT_RUNTIMES as readonly string[]).includes(runtime)) {
    throw unknownName(String(runtime), ORT_RUNTIMES, { kind: "runtime", code: "E_RUNTIME_NAME" });
  }
}

/** @throws CongruentError `E_OPTION`, with the name that was probably meant */
export function checkNames(options: object, known: readonly string[], method: string): void {
  if (options === null || typeof options !== "object") {
    throw new CongruentError({
      code: "E_OPTION",
      what: `the options of ${method} are ${options === null ? "null" : `a ${typeof options}`}`,
      expected: "an object, or nothing",
    });
  }
  const strange = Object.keys(options).find((name) => !known.includes(name));
  if (strange !== undefined) {
    throw unknownName(strange, known, { kind: `option of ${method}`, code: "E_OPTION" });
  }
}

function member(value: unknown, known: readonly unknown[]): string | null {
  return known.includes(value) ? null : `one of ${known.join(", ")}`;
}
