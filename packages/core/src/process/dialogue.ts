import type { CongruentError } from "../errors.js";
import { Child } from "./child.js";
import type { ChildOptions } from "./child-options.js";
import { type Ending, unanswered } from "./ending.js";

export type DialogueOptions = ChildOptions & { messages: "ipc" | "lines" };

/** The error for a child that ended where a message was waited for, `timeoutMs` at most. */
export type Unanswered = (ending: Ending, timeoutMs?: number) => CongruentError;

interface Waiting {
  resolve(message: unknown): void;
  reject(error: CongruentError): void;
  timeoutMs: number | undefined;
}

/**
 * A child that is spoken with: messages go to it, and its own are waited for, one after the other.
 *
 * @example
 * ```ts
 * const echo = "process.stdin.on('data', (line) => process.stdout.write(line))";
 * const dialogue = new Dialogue({ command: "node", args: ["--eval", echo], messages: "lines" });
 * dialogue.send({ steps: 3 });
 * await dialogue.next(); // => { steps: 3 }
 * await dialogue.end();
 * ```
 */
export class Dialogue {
  readonly #child: Child;
  readonly #heard: unknown[] = [];
  readonly #error: Unanswered;
  #waiting: Waiting | null = null;
  #ending: Ending | null = null;

  /**
   * Starts the child.
   *
   * @param error Default: `E_TIMEOUT`, `E_CRASH`, `E_MEMORY`, `E_INTERRUPTED`.
   * @throws CongruentError `E_MEMORY_LIMIT` for a memory limit that cannot be kept on this system.
   */
  constructor(options: DialogueOptions, error: Unanswered = unanswered) {
    this.#error = error;
    this.#child = new Child({ ...options, onMessage: (message) => this.#hear(message) });
    this.#child.ended.then((ending) => {
      this.#ending = ending;
      this.#waiting?.reject(this.#error(ending, this.#waiting.timeoutMs));
    });
  }

  /** @throws CongruentError `E_MESSAGE` for a message of 2 GiB and more, or one that cannot be copied. */
  send(message: unknown): void {
    this.#child.send(message);
  }

  /**
   * The child's next message. One call after the other.
   *
   * @param timeoutMs The child is ended where it takes longer. Default: no limit.
   * @throws CongruentError where the child ends first: see the constructor's `error`
   */
  async next(timeoutMs?: number): Promise<unknown> {
    if (this.#heard.length > 0) return this.#heard.shift();
    if (this.#ending) throw this.#error(this.#ending, timeoutMs);
    const timer =
      timeoutMs === undefined
        ? undefined
        : setTimeout(() => this.#child.kill("timeout"), Math.min(timeoutMs, 2 ** 31 - 1));
    try {
      return await new Promise<unknown>((resolve, reject) => {
        this.#waiting = { resolve, reject, timeoutMs };
      });
    } finally {
      clearTimeout(timer);
      this.#waiting = null;
    }
  }

  /** Ends the child; it is gone when this settles. */
  async end(): Promise<void> {
    this.#child.kill();
    await this.#child.ended;
  }

  #hear(message: unknown): void {
    const waiting = this.#waiting;
    // The next message may come before whoever waited has had its turn.
    this.#waiting = null;
    if (waiting) waiting.resolve(message);
    else this.#heard.push(message);
  }
}
