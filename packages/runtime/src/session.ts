import type { OrtRuntime, Tensor } from "@congruent/core/essentials";
import type { Optimization, SessionSettings } from "@congruent/core/schemas";
import type { ReadOptions } from "./download.js";

export interface SessionOptions {
  runtime: OrtRuntime;
  /** Threads of one operator. Default: ONNX Runtime's own choice. */
  threads?: number | undefined;
  optimization: Optimization;
  /** Options of the provider and the session's configuration, in ONNX Runtime's words. */
  session?: SessionSettings | undefined;
  /** Browser only: the folder, with a slash at its end, from which ONNX Runtime's .wasm files are served. */
  wasmPaths?: string | undefined;
  /** Keeps a profile from the start, for {@link Session.endProfile}. */
  profile?: boolean | undefined;
  /** Aborted: a session that has not begun to open rejects with `E_ABORTED`. */
  signal?: AbortSignal | undefined;
}

/** A model loaded by one execution provider. */
export interface Session {
  run(feeds: Record<string, Tensor>): Promise<Record<string, Tensor>>;
  close(): Promise<void>;
  /** Ends the profile and returns its JSON. Call it once, on a session that was opened with `profile`. */
  endProfile(): Promise<string>;
  /** `onnxruntime` and the other versions that affect the numbers. */
  versions: Record<string, string>;
  /** The GPU's description, where the platform tells it. */
  adapter: string | null;
}

/** A runtime that `auto` may take. */
export interface Candidate {
  runtime: OrtRuntime;
  /** Tried only where that one was tried and is not right. */
  insteadOf?: OrtRuntime;
}

/** Small texts by key, for the next process or visit. Both reject where the storage is blocked or full. */
export interface Memory {
  read(key: string): Promise<string | null>;
  write(key: string, text: string): Promise<void>;
}

/** What differs between Node and browsers: session.node.ts and session.web.ts each export one as `platform`. */
export interface Platform {
  runtimes: readonly OrtRuntime[];
  defaultRuntime: OrtRuntime;
  /** What `auto` tries, in that order. */
  candidates: readonly Candidate[];
  /** @throws CongruentError `E_MODEL_NOT_FOUND`, and of an address what `download` throws */
  readFile(source: string | URL, options: ReadOptions): Promise<Uint8Array>;
  /** The same of a model that keeps weights in other files, with these put inside; absent where there are no other files. */
  readWhole?(source: string | URL): Promise<Uint8Array>;
  /** Why the runtime cannot work here, if that is known without trying; null otherwise. */
  whyUnavailable(runtime: OrtRuntime, options: Pick<SessionOptions, "threads">): Promise<Unavailable | null>;
  /** What else decides how a model computes here, as far as it can be told: browser and adapter, or Node and machine. */
  device(): Promise<string>;
  memory(): Promise<Memory>;
  /** Milliseconds. Default: `performance.now`. */
  now?(): number;
  /** Rejects with ONNX Runtime's own error, or with CongruentError `E_ABORTED`. */
  open(model: Uint8Array, options: SessionOptions): Promise<Session>;
}

/** Why a runtime cannot be used, without a full stop, and what to do about it. */
export interface Unavailable {
  why: string;
  fix: string;
}
