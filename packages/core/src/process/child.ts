/** One child process, from its start to its end. */
import { type ChildProcess, type StdioOptions, spawn } from "node:child_process";
import { setImmediate, setTimeout as sleep } from "node:timers/promises";
import { type CongruentError, messageOf } from "../errors.js";
import { type ChildOptions, commandOf } from "./child-options.js";
import type { EndedBy, Ending } from "./ending.js";
import { limitMemory, type MemoryLimit } from "./memory-limit.js";
import { sendMessage } from "./message.js";
import { LineCutter } from "./output.js";
import { groupIsAlive, killTree, signalGroup } from "./process-tree.js";
import { unwatch, watch } from "./watch.js";

/** Kept of what it prints, in characters. */
const TAIL = 4000;
/** The longest time that a timer takes. */
const LONGEST_MS = 2 ** 31 - 1;
/** How often it is looked whether a group that was asked to end has ended. */
const LOOK_MS = 50;
/** How long pipes may stay open and silent after the process has ended: somebody else holds them. */
const SILENCE_MS = 1000;

const EMPTY = { exitCode: null, signal: null, startError: null, memoryError: null, tail: "" };

/**
 * A child process. It leads a process group of its own, and whatever ends it ends all that it has started. It ends with
 * this process, also where that is killed.
 *
 * @example
 * ```ts
 * const child = new Child({ command: "node", args: ["--eval", "console.log('done'); process.exit(3)"] });
 * const { exitCode, tail } = await child.ended;
 * [exitCode, tail]; // => [3, "done\n"]
 * ```
 */
export class Child {
  /** How it ended: the process, its group, and all that it printed has arrived. Never rejects. */
  readonly ended: Promise<Ending>;

  readonly #options: ChildOptions;
  readonly #process: ChildProcess | null = null;
  readonly #watched = {
    pid: 0,
    ending: false,
    interrupt: (signal: NodeJS.Signals) => this.#interrupt(signal),
    kill: () => this.kill("interruption"),
  };
  #over = false;
  #endedBy: EndedBy | null = null;
  #reason: unknown;
  #memoryError: CongruentError | null = null;
  #grace: NodeJS.Timeout | undefined;
  #tail = "";
  /** Counts what arrives, so that silence can be told. */
  #heard = 0;

  /**
   * Starts it. A program that cannot be started is reported by `ended`, and so is a `signal` that is aborted already: nothing
   * is started then.
   *
   * @throws CongruentError `E_MEMORY_LIMIT` for a memory limit that cannot be kept on this system.
   */
  constructor(options: ChildOptions) {
    this.#options = options;
    const { memoryBytes, signal } = options;
    const limit =
      memoryBytes === undefined
        ? null
        : limitMemory(memoryBytes, async () => (this.#over || !this.pid ? [] : [this.pid]));
    if (signal?.aborted) {
      limit?.stop();
      this.#over = true;
      this.ended = Promise.resolve({ ...EMPTY, endedBy: "abort", reason: signal.reason });
      return;
    }
    try {
      this.#process = this.#start();
    } catch (error) {
      limit?.stop();
      this.#over = true;
      const startError = (error as NodeJS.ErrnoException).code ?? messageOf(error);
      this.ended = Promise.resolve({ ...EMPTY, startError, endedBy: null, reason: undefined });
      return;
    }
    this.ended = this.#supervise(this.#process, limit);
  }

  /** `undefined` where it could not be started. */
  get pid(): number | undefined {
    return this.#process?.pid;
  }

  /** Ends it and all that it has started, at once. Does nothing where it has ended. */
  kill(endedBy: EndedBy = "kill"): void {
    if (this.#over || this.pid === undefined) return;
    this.#endedBy ??= endedBy;
    this.#watched.ending = false;
    killTree(this.pid);
  }

  /**
   * Sends a message. To a child that has ended it is no error: `ended` tells.
   *
   * @throws CongruentError `E_MESSAGE` for a message of 2 GiB and more, or one that cannot be copied.
   */
  send(message: unknown): void {
    const child = this.#process;
    if (this.#over || !child) return;
    if (this.#options.messages === "lines") {
      child.stdin?.write(`${JSON.stringify(message)}\n`);
      return;
    }
    if (!child.connected) return;
    sendMessage((object) => {
      child.send(object, (error) => {
        if (!error || !child.connected) return;
        // It waits for what it will never get.
        this.#print(`a message could not be sent: ${error.message}\n`);
        this.kill();
      });
    }, message);
  }

  #start(): ChildProcess {
    const { command, args } = commandOf(this.#options);
    const { cwd, env, messages } = this.#options;
    return spawn(command, args, {
      ...(cwd === undefined ? {} : { cwd }),
      env: { ...process.env, ...env },
      stdio: this.#stdio(),
      // A group of its own; on Windows it would get a console window instead.
      detached: process.platform !== "win32",
      windowsHide: true,
      ...(messages === "ipc" && { serialization: "advanced" as const }),
    });
  }

  #stdio(): StdioOptions {
    const { streams = "read", input, messages } = this.#options;
    if (streams === "inherit") return "inherit";
    if (streams === "stderr") return ["ignore", 2, 2];
    const stdin = input === undefined && messages !== "lines" ? "ignore" : "pipe";
    return messages === "ipc" ? [stdin, "pipe", "pipe", "ipc"] : [stdin, "pipe", "pipe"];
  }

  #supervise(child: ChildProcess, limit: MemoryLimit | null): Promise<Ending> {
    const { timeoutMs, signal, onMessage } = this.#options;
    this.#read(child);
    child.on("message", (message) => {
      this.#heard += 1;
      onMessage?.(message);
    });
    const timer =
      timeoutMs === undefined ? undefined : setTimeout(() => this.kill("timeout"), atMost(timeoutMs));
    limit?.exceeded.catch((error: CongruentError) => {
      this.#memoryError = error;
      this.kill("memory");
    });
    const abort = () => this.#stop("abort", "SIGTERM", signal?.reason);
    signal?.addEventListener("abort", abort, { once: true });
    if (child.pid !== undefined) {
      this.#watched.pid = child.pid;
      watch(this.#watched);
    }
    return this.#end(child).finally(() => {
      this.#over = true;
      clearTimeout(timer);
      clearTimeout(this.#grace);
      limit?.stop();
      signal?.removeEventListener("abort", abort);
      if (child.pid !== undefined) unwatch(this.#watched);
    });
  }

  async #end(child: ChildProcess): Promise<Ending> {
    let closed = false;
    const closing = new Promise<void>((resolve) => {
      child.once("close", () => {
        closed = true;
        resolve();
      });
    });
    const [exitCode, signal, startError] = await new Promise<
      [number | null, NodeJS.Signals | null, string | null]
    >((resolve) => {
      child.once("exit", (code, by) => resolve([code, by, null]));
      child.on("error", (error: NodeJS.ErrnoException) => {
        if (child.pid === undefined) resolve([null, null, error.code ?? error.message]);
      });
    });
    if (child.pid !== undefined) {
      while (this.#watched.ending && groupIsAlive(child.pid)) await sleep(LOOK_MS);
      this.#watched.ending = false;
      // What it has left behind.
      if (process.platform !== "win32") signalGroup(child.pid, "SIGKILL");
    }
    for (let heard = -1; !closed && heard !== this.#heard; ) {
      heard = this.#heard;
      await Promise.race([closing, sleep(SILENCE_MS, undefined, { ref: false })]);
      // What lies in the pipes is read before this comes, also where this process was busy until now.
      await setImmediate();
    }
    for (const stream of [child.stdout, child.stderr]) stream?.destroy();
    return {
      ...{ exitCode, signal, startError },
      endedBy: this.#endedBy,
      reason: this.#reason,
      memoryError: this.#memoryError,
      tail: this.#tail,
    };
  }

  #stop(endedBy: EndedBy, signal: NodeJS.Signals, reason: unknown): void {
    if (this.#over || this.#endedBy !== null || this.pid === undefined) return;
    const { graceMs = 0 } = this.#options;
    this.#reason = reason;
    if (graceMs === 0) {
      this.kill(endedBy);
      return;
    }
    this.#endedBy = endedBy;
    this.#watched.ending = true;
    signalGroup(this.pid, signal);
    if (Number.isFinite(graceMs)) this.#grace = setTimeout(() => this.kill(), atMost(graceMs));
  }

  #interrupt(signal: NodeJS.Signals): void {
    if (this.#watched.ending) this.kill();
    else if (this.#options.interruption !== "caller") this.#stop("interruption", signal, signal);
  }

  #read(child: ChildProcess): void {
    const { input, messages, onText, onLine } = this.#options;
    // A process that ends before it has read everything is reported by its end.
    child.stdin?.on("error", () => undefined);
    if (messages !== "lines") child.stdin?.end(input);
    else if (input !== undefined) child.stdin?.write(input);
    for (const name of ["stdout", "stderr"] as const) {
      const stream = child[name];
      if (!stream) continue;
      const cutsMessages = messages === "lines" && name === "stdout";
      const hear = (line: string) => {
        if (cutsMessages && this.#hearMessage(line)) return;
        if (cutsMessages) this.#print(`${line}\n`);
        onLine?.(line);
      };
      const lines = cutsMessages || onLine ? new LineCutter(hear) : null;
      stream.setEncoding("utf8");
      stream.on("data", (text: string) => {
        this.#heard += 1;
        if (!cutsMessages) this.#print(text);
        onText?.(text, name);
        lines?.push(text);
      });
      stream.once("end", () => lines?.end());
    }
  }

  /** @returns whether the line was a message. */
  #hearMessage(line: string): boolean {
    if (!line.startsWith("{")) return false;
    let message: unknown;
    try {
      message = JSON.parse(line);
    } catch {
      return false; // Something else that begins with a bracket.
    }
    this.#options.onMessage?.(message);
    return true;
  }

  #print(text: string): void {
    this.#tail = (this.#tail + text).slice(-TAIL);
  }
}

function atMost(milliseconds: number): number {
  return Math.min(milliseconds, LONGEST_MS);
}
