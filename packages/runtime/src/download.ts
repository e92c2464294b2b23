import { CongruentError, messageOf } from "@congruent/core/essentials";
import { refuseAborted } from "./aborted.js";

export interface Progress {
  /** So far. */
  bytes: number;
  /** Null where it is not known beforehand. */
  total: number | null;
}

export interface ReadOptions {
  signal?: AbortSignal | undefined;
  /** For the whole file, in milliseconds. Default: none. */
  timeoutMs?: number | undefined;
  onProgress?: ((progress: Progress) => void) | undefined;
}

/** Of a protobuf message, and so of a model. */
const MOST_BYTES = 2 ** 31 - 1;
/** How often a download that brings nothing new is begun again. */
const RETRIES = 3;

/**
 * A file from the network. A download that breaks is continued where it broke, if the server says that the file is still the same, and is else
 * begun again.
 *
 * @throws CongruentError `E_MODEL_NOT_FOUND`, `E_DOWNLOAD` for a connection that breaks again and again, `E_TIMEOUT`, `E_ABORTED`, `E_ONNX_INVALID`
 * for a file that is too long
 */
export async function download(from: string | URL | Request, options: ReadOptions = {}): Promise<Uint8Array> {
  const address = from instanceof Request ? from.url : String(from);
  const limit = limited(options);
  const file = new Received(address, options.onProgress);
  try {
    for (let failures = 0; ; ) {
      const before = file.bytes;
      try {
        if (await file.take(await ask(from, file, limit.signal))) return file.whole();
      } catch (error) {
        if (error instanceof CongruentError || limit.signal.aborted) throw error;
        failures = file.bytes > before ? 0 : failures + 1;
        if (failures > RETRIES || !resumable(from)) throw broken(file, error);
        continue;
      }
      failures = file.bytes > before ? 0 : failures + 1;
      if (failures > RETRIES || !resumable(from)) throw broken(file);
    }
  } catch (error) {
    const late = limit.signal.aborted;
    // What is still on its way of a file that is refused need not come.
    limit.stop();
    refuseAborted(options.signal);
    if (late) throw tooSlow(file, options.timeoutMs, error);
    throw error;
  } finally {
    limit.end();
  }
}

/** What a body has brought. Also of a response or a stream that the app has opened itself. */
export class Received {
  readonly #parts: Uint8Array[] = [];
  bytes = 0;
  total: number | null = null;
  /** By which the server tells whether a file is the one that was begun; null where it gives nothing that is certain. */
  validator: string | null = null;

  constructor(
    readonly name: string,
    readonly onProgress: ReadOptions["onProgress"],
  ) {}

  /** @returns whether the file is there to its end */
  async take(response: Response): Promise<boolean> {
    const { headers, status } = response;
    const begin = /^bytes (\d+)-/.exec(headers.get("content-range") ?? "")?.[1];
    if (status !== 206 || Number(begin) !== this.bytes) this.#restart();
    const etag = headers.get("etag");
    this.validator = etag && !etag.startsWith("W/") ? etag : headers.get("last-modified");
    // Of a packed body the length is another.
    const length = headers.get("content-encoding") ? null : headers.get("content-length");
    this.total = length === null ? null : this.bytes + Number(length);
    if ((this.total ?? 0) > MOST_BYTES) throw tooLong(this.name, this.total as number);
    if (response.body) await this.drain(response.body);
    return this.total === null || this.bytes >= this.total;
  }

  async drain(body: ReadableStream<Uint8Array>): Promise<void> {
    const reader = body.getReader();
    try {
      for (;;) {
        const { done, value } = await reader.read();
        if (done) return;
        this.#parts.push(value);
        this.bytes += value.length;
        if (this.bytes > MOST_BYTES) throw tooLong(this.name, this.bytes);
        this.onProgress?.({ bytes: this.bytes, total: this.total });
      }
    } catch (error) {
      // Else the rest of it would still be sent.
      reader.cancel(error).catch(() => null);
      throw error;
    }
  }

  whole(): Uint8Array {
    const [first] = this.#parts;
    if (this.#parts.length === 1 && first) return first;
    const all = new Uint8Array(this.bytes);
    let at = 0;
    for (const part of this.#parts) {
      all.set(part, at);
      at += part.length;
    }
    return all;
  }

  #restart(): void {
    this.#parts.length = 0;
    this.bytes = 0;
  }
}

async function ask(from: string | URL | Request, file: Received, signal: AbortSignal): Promise<Response> {
  const headers = new Headers(from instanceof Request ? from.headers : {});
  if (file.bytes > 0 && file.validator !== null) {
    headers.set("range", `bytes=${file.bytes}-`);
    headers.set("if-range", file.validator);
  }
  const begun = file.bytes > 0;
  let response: Response;
  try {
    response = await fetch(from instanceof Request ? from.clone() : from, { headers, signal });
  } catch (error) {
    if (begun || signal.aborted) throw error;
    const { cause } = error as { cause?: unknown };
    throw notFound(file.name, messageOf(cause ?? error), error);
  }
  if (response.ok) return response;
  // It may have all that there is, or another file: the next attempt asks for the whole.
  if (response.status === 416) file.validator = null;
  // A server that breaks while a file is on its way may be there again.
  if (begun && (response.status >= 500 || response.status === 416))
    throw new Error(`HTTP ${response.status}`);
  throw notFound(file.name, `HTTP ${response.status}`);
}

function resumable(from: string | URL | Request): boolean {
  return !(from instanceof Request) || from.method === "GET";
}

function limited({ signal, timeoutMs }: ReadOptions): {
  signal: AbortSignal;
  stop: () => void;
  end: () => void;
} {
  const controller = new AbortController();
  const stop = () => controller.abort(signal?.reason);
  if (signal?.aborted) stop();
  signal?.addEventListener("abort", stop, { once: true });
  const timer = timeoutMs === undefined ? null : setTimeout(stop, timeoutMs);
  return {
    signal: controller.signal,
    stop,
    end() {
      signal?.removeEventListener("abort", stop);
      if (timer !== null) clearTimeout(timer);
    },
  };
}

function notFound(source: string, reason: string, cause?: unknown): CongruentError {
  return new CongruentError({
    code: "E_MODEL_NOT_FOUND",
    what: `could not read the model ${source}: ${reason}`,
    expected: "the path or URL of an .onnx file",
    fix: "check the address, and that its server allows this page to read it (CORS)",
    cause,
  });
}

function progressOf({ bytes, total }: Received): string {
  return `${bytes} of ${total ?? "an unknown number of"} bytes`;
}

export function broken(file: Received, cause?: unknown): CongruentError {
  return new CongruentError({
    code: "E_DOWNLOAD",
    what: `the download of ${file.name} broke after ${progressOf(file)}${cause === undefined ? "" : `: ${messageOf(cause)}`}`,
    fix: "load it again when the connection is better",
    cause,
  });
}

function tooSlow(file: Received, timeoutMs: number | undefined, cause: unknown): CongruentError {
  return new CongruentError({
    code: "E_TIMEOUT",
    what: `${file.name} was not there after ${timeoutMs} ms: ${progressOf(file)}`,
    fix: "give it more time (option timeoutMs), or load it again",
    cause,
  });
}

function tooLong(source: string, bytes: number): CongruentError {
  return new CongruentError({
    code: "E_ONNX_INVALID",
    what: `${source} has ${bytes} bytes`,
    expected: `at most ${MOST_BYTES}: no ONNX file is longer`,
    fix: "check the address",
  });
}
