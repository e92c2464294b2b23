import { CongruentError } from "@congruent/core";
import { Dialogue, type Ending, howItEnded, type Program, tailOf } from "@congruent/core/process";
import type { Computation } from "@congruent/trainer";

export type WorkerCommand = Program & { env?: Record<string, string | undefined> };

/** What a worker says first. */
export interface Ready {
  versions: Record<string, string>;
  /** How the cores share its steps; left out by the peers, whose threads all work on one operator. */
  computation?: Computation;
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

/** Of what a worker printed, in an error's text. */
const LINES = 6;

/** A process that trains when it is told: one line of JSON in, one out. It ends with this one, whatever happens. */
export class Worker {
  readonly #dialogue: Dialogue;

  private constructor(command: WorkerCommand) {
    const name = nameOf(command);
    this.#dialogue = new Dialogue({ ...command, messages: "lines" }, (ending, timeoutMs) =>
      gone(name, ending, timeoutMs),
    );
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
    const begin = performance.now();
    const worker = new Worker(command);
    try {
      const { ready } = (await worker.#dialogue.next(timeoutMs)) as { ready: Ready };
      return { worker, ready, readyMs: performance.now() - begin };
    } catch (error) {
      await worker.end();
      throw error;
    }
  }

  /** @throws CongruentError `E_BENCH_WORKER`, `E_BENCH_TIMEOUT`. */
  async steps(steps: number, timeoutMs: number): Promise<Block> {
    this.#dialogue.send({ steps });
    return (await this.#dialogue.next(timeoutMs)) as Block;
  }

  /** Ends the process; it is gone when this settles. */
  end(): Promise<void> {
    return this.#dialogue.end();
  }
}

function nameOf(command: WorkerCommand): string {
  const program = "command" in command ? [command.command] : ["node", String(command.script)];
  return [...program, ...(command.args ?? [])].map((part) => part.split("/").at(-1)).join(" ");
}

function gone(name: string, ending: Ending, timeoutMs = 0): CongruentError {
  if (ending.endedBy === "timeout") {
    return new CongruentError({
      code: "E_BENCH_TIMEOUT",
      what: `${name} gave no answer within ${(timeoutMs / 1000).toFixed(0)} s and was ended`,
      fix: "allow more time with --timeout",
    });
  }
  const last = tailOf(ending.tail, LINES);
  return new CongruentError({
    code: "E_BENCH_WORKER",
    what: `${name} ${howItEnded(ending)}${last ? `:\n${last.replace(/^/gm, "    ")}` : ""}`,
    fix: "the last lines above say why",
  });
}
