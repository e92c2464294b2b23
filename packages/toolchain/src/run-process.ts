/** Child processes that leave nothing behind: each leads a process group, which a time limit or an exit ends whole. */
import type { WriteStream } from "node:fs";
import { mkdir, open } from "node:fs/promises";
import { dirname } from "node:path";
import { finished } from "node:stream/promises";
import { writeError } from "@congruent/core/files";
import { execa } from "execa";

export interface ProcessOptions {
  command: string;
  args: readonly string[];
  cwd?: string;
  /** Variables on top of this process's own; `undefined` takes one away. */
  env?: Record<string, string | undefined>;
  /** Written to standard input, which is closed then; without it standard input is empty. */
  input?: string | Uint8Array;
  /** Milliseconds until the process group is killed; none: no limit. */
  timeoutMs?: number;
  /** The process group is killed when it is aborted. */
  signal?: AbortSignal;
  /** Gets all that the process prints, as it prints it. */
  logFile?: string;
  /** Called with each line printed (both streams). */
  onLine?: (line: string) => void;
}

export interface ProcessResult {
  /** Exit code; `null` when a signal ended it, when it ran out of time or when it could not be started. */
  exitCode: number | null;
  signal: string | null;
  timedOut: boolean;
  /** `signal` ended it. */
  aborted: boolean;
  /** Why it could not be started (`ENOENT` …), else `null`. */
  startError: string | null;
  stdout: string;
  stderr: string;
  /** Both streams in the order of arrival. */
  all: string;
}

const groups = new Set<number>();
const SIGNALS = ["SIGINT", "SIGTERM", "SIGHUP"] as const;

function killGroup(pid: number): void {
  try {
    process.kill(process.platform === "win32" ? pid : -pid, "SIGKILL");
  } catch (error) {
    // The group ended by itself in the meantime: what was wanted.
    if ((error as NodeJS.ErrnoException).code !== "ESRCH") throw error;
  }
}

function killAll(): void {
  for (const pid of groups) killGroup(pid);
}

function onSignal(signal: NodeJS.Signals): void {
  killAll();
  unwatch();
  // Without our listener the signal does what it always does, unless the program has one of its own.
  process.kill(process.pid, signal);
}

function watch(pid: number): void {
  if (groups.size === 0) {
    process.on("exit", killAll);
    for (const signal of SIGNALS) process.on(signal, onSignal);
  }
  groups.add(pid);
}

function unwatch(pid?: number): void {
  if (pid === undefined) groups.clear();
  else groups.delete(pid);
  if (groups.size > 0) return;
  process.off("exit", killAll);
  for (const signal of SIGNALS) process.off(signal, onSignal);
}

/**
 * Runs a program to its end and tells how it ended. Never throws because of how the program ends.
 *
 * @throws CongruentError `E_WRITE` when the log cannot be written.
 * @example
 * ```ts
 * const { exitCode, stdout } = await runProcess({ command: "node", args: ["--print", "6 * 7"] });
 * [exitCode, stdout]; // => [0, "42\n"]
 * ```
 */
export async function runProcess(options: ProcessOptions): Promise<ProcessResult> {
  const log = options.logFile ? await openLog(options.logFile) : undefined;
  const logError =
    log &&
    finished(log).then(
      () => null,
      (error: unknown) => error,
    );
  const child = execa(options.command, [...options.args], {
    ...(options.cwd === undefined ? {} : { cwd: options.cwd }),
    ...(options.env === undefined ? {} : { env: options.env }),
    ...(options.input === undefined ? { stdin: "ignore" as const } : { input: options.input }),
    all: true,
    // A group of its own, so that grandchildren end with it; the terminal's Ctrl-C is passed on by `onSignal`.
    detached: process.platform !== "win32",
    reject: false,
    stripFinalNewline: false,
    maxBuffer: 64 * 1024 * 1024,
  });
  const { pid } = child;
  if (pid !== undefined) watch(pid);
  let timedOut = false;
  const timer =
    options.timeoutMs === undefined || pid === undefined
      ? undefined
      : setTimeout(() => {
          timedOut = true;
          killGroup(pid);
        }, options.timeoutMs);
  let aborted = false;
  const abort = () => {
    aborted = true;
    if (pid !== undefined) killGroup(pid);
  };
  if (options.signal?.aborted) abort();
  else options.signal?.addEventListener("abort", abort, { once: true });
  if (log) {
    child.all.pipe(log);
    // A full disk must not stop the process for want of a reader.
    log.on("error", () => child.all.resume());
  }
  const lines = options.onLine ? readLines(child.all, options.onLine) : undefined;
  try {
    const result = await child;
    await lines;
    const failure = await logError;
    if (options.logFile && failure) throw writeError(options.logFile, failure);
    return {
      exitCode: result.exitCode ?? null,
      signal: result.signal ?? null,
      timedOut,
      aborted,
      startError: pid === undefined ? (result.code ?? "could not be started") : null,
      stdout: result.stdout,
      stderr: result.stderr,
      all: result.all,
    };
  } finally {
    clearTimeout(timer);
    options.signal?.removeEventListener("abort", abort);
    if (pid !== undefined) unwatch(pid);
  }
}

async function openLog(file: string): Promise<WriteStream> {
  try {
    await mkdir(dirname(file), { recursive: true });
    return (await open(file, "w")).createWriteStream();
  } catch (error) {
    throw writeError(file, error);
  }
}

async function readLines(stream: NodeJS.ReadableStream, onLine: (line: string) => void): Promise<void> {
  let rest = "";
  stream.on("data", (chunk: Buffer | string) => {
    // Progress bars rewrite their line with a carriage return.
    const parts = (rest + chunk.toString()).split(/\r\n|\r|\n/);
    rest = parts.pop() ?? "";
    for (const line of parts) if (line.trim()) onLine(line);
  });
  await finished(stream as NodeJS.ReadableStream, { writable: false }).catch(() => undefined);
  if (rest.trim()) onLine(rest);
}

/** The last lines of what a process printed, for an error message. */
export function tailOf(text: string, lines = 12): string {
  return text.trimEnd().split(/\r?\n/).slice(-lines).join("\n");
}
