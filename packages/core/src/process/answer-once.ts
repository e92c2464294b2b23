import { CongruentError, type CongruentErrorOptions, messageOf } from "../errors.js";
import { sendMessage } from "./message.js";

/** What goes back to `askScript`. */
export type Reply<Answer> = { ok: true; answer: Answer } | { ok: false; error: CongruentErrorOptions };

/**
 * In a script that `askScript` starts: does the one piece of work that the parent sends, answers, and ends the process.
 * What is thrown is thrown again in the parent; with the code `E_RUN` where it is no CongruentError.
 */
export function answerOnce<Request, Answer>(work: (request: Request) => Promise<Answer>): void {
  answered(work);
}

/** The last message of a script: its answer, or how it failed; then it ends. */
export function answered<Request, Answer>(work: (request: Request) => Promise<Answer>): void {
  // There is no one to answer when the parent is gone.
  process.once("disconnect", () => process.exit(1));
  process.once("message", async (request) => {
    try {
      reply({ ok: true, answer: await work(request as Request) });
    } catch (error) {
      reply({ ok: false, error: errorAsData(error) });
    }
  });
}

function reply(message: Reply<unknown>): void {
  sendMessage((object) => process.send?.(object, undefined, {}, () => process.exit(0)), message);
}

/**
 * An error as plain data, to send to another process or thread. What is no CongruentError has the code `E_RUN`.
 *
 * @example
 * ```ts
 * errorAsData(new RangeError("index 3")); // => { code: "E_RUN", what: "index 3" }
 * ```
 */
export function errorAsData(error: unknown): CongruentErrorOptions {
  if (!(error instanceof CongruentError)) return { code: "E_RUN", what: messageOf(error) };
  const { code, what, expected, fix, exit } = error;
  return { code, what, ...(expected && { expected }), ...(fix && { fix }), exit };
}
