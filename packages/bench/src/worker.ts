import { type ChildProcess, spawn } from "node:child_process";
import { createInterface } from "node:readline";
import { CongruentError } from "@congruent/core";
import type { Parallelism } from "@congruent/trainer";

export interface WorkerCommand {
  command: string;
  args: readonly string[];
  env?: Record<string, string | undefined>;
}

/** What a worker says first. */
export interface Ready {
  versions: Record<string, string>;
  /** How the cores share its steps; left out by the peers, whose threads all work on one operator. */
  parallelism?: Parallelism;
  /** The number of steps of a block is a multiple of it. */
  multiple?: number;
  preparationMs?: number;
  parameters?: number;
  /** Logarithms of the first batch's probabilities, in inference mode, before any step. */
  logProbabilities?: number[];
  /** Of the first step. */
  firstLoss?: number | null;
}

/** What a worker says of a block of steps. */
export interface Block {
  milliseconds: number;
  loss: number;
  peakBytes: number | null;
}

const KEPT = 4000;

/** A process that trains when it is told: one line of JSON in, one out. It ends with this one, whatever happens. */
export class Worker {
  readonly #child: ChildProcess;
  readonly #begin = performance.now();
  readonly #lines: string[] = [];
  #waiting: { resolve: (line: string) => void; reject: (error: CongruentError) => void } | null = null;
  #ended: string | null = null;
  #log = "";

  private constructor(readonly command: WorkerCommand) {
    const { env } = command;
    this.#child = spawn(command.command, [...command.args], {
      stdio: ["pipe", "pipe", "pipe"],
      env: { ...process.env, ...env },
    });
    const { stdout, stderr, stdin } = this.#child;
    if (!stdout || !stderr || !stdin) throw new Error("a worker without pipes");
    createInterface({ input: stdout }).on("line", (line) => this.#receive(line));
    stderr.on("data", (part) => {
      this.#log = (this.#log + String(part)).slice(-KEPT);
    });
    // That a worker has ended is found by its exit; the pipe's error adds nothing.
    stdin.on("error", () => undefined);
    this.#child.on("error", (error) => this.#fail(error.message));
    this.#child.on("close", (code, signal) => this.#fail(signal ? `signal ${signal}` : `exit code ${code}`));
    process.once("exit", this.#kill);
  }

  /**
   * Starts a process and waits until it is ready.
   *
   * @throws CongruentError `E_BENCH_WORKER` with the end of what it printed, `E_BENCH_TIMEOUT`.
   */
  static async start(
    command: WorkerCommand,
    timeoutMs: number,
  ): Promise<{ worker: Worker; ready: Ready; readyMs: number }> {
    const worker = new Worker(command);
    try {
      const { ready } = (await worker.#next(timeoutMs)) as { ready: Ready };
      return { worker, ready, readyMs: performance.now() - worker.#begin };
    } catch (error) {
      worker.end();
      throw error;
    }
  }

  /** @throws CongruentError `E_BENCH_WORKER`, `E_BENCH_TIMEOUT`. */
  async steps(steps: number, timeoutMs: number): Promise<Block> {
    const answer = this.#next(timeoutMs);
    this.#child.stdin?.write(`${JSON.stringify({ steps })}\n`);
    return (await answer) as Block;
  }

  end(): void {
    process.off("exit", this.#kill);
    this.#kill();
  }

  readonly #kill = () => {
    this.#child.kill("SIGKILL");
  };

  #receive(line: string): void {
    if (!line.startsWith("{")) return;
    if (this.#waiting) this.#waiting.resolve(line);
    else this.#lines.push(line);
  }

  #fail(how: string): void {
    this.#ended ??= how;
    this.#waiting?.reject(this.#gone());
  }

  #gone(): CongruentError {
    const tail = this.#log.trim().split("\n").slice(-6).join("\n");
    return new CongruentError({
      code: "E_BENCH_WORKER",
      what: `${this.#name()} ended (${this.#ended})${tail ? `:\n${tail.replace(/^/gm, "    ")}` : ""}`,
      fix: "the last lines above say why",
    });
  }

  #name(): string {
    return [this.command.command, ...this.command.args].map((part) => part.split("/").at(-1)).join(" ");
  }

  async #next(timeoutMs: number): Promise<unknown> {
    const waiting = this.#lines.shift();
    if (waiting !== undefined) return JSON.parse(waiting);
    if (this.#ended !== null) throw this.#gone();
    const line = await new Promise<string>((resolve, reject) => {
      const timer = setTimeout(() => {
        const seconds = (timeoutMs / 1000).toFixed(0);
        reject(
          new CongruentError({
            code: "E_BENCH_TIMEOUT",
            what: `${this.#name()} gave no answer within ${seconds} s and was ended`,
            fix: "allow more time with --timeout",
          }),
        );
        this.end();
      }, timeoutMs);
      const settled = <T>(f: (value: T) => void) => {
        return (value: T) => {
          clearTimeout(timer);
          this.#waiting = null;
          f(value);
        };
      };
      this.#waiting = { resolve: settled(resolve), reject: settled(reject) };
    });
    return JSON.parse(line);
  }
}
