import { CongruentError, messageOf } from "@congruent/core";
import type { ChildAnswer } from "./protocol.js";

/** In a child process: does the one piece of work that the parent sends, answers, and ends. */
export function answerOnce<Request>(work: (request: Request) => Promise<ChildAnswer>): void {
  // Nobody is left to answer when the parent is gone.
  process.once("disconnect", () => process.exit(1));
  process.once("message", async (request) => {
    const answer = await work(request as Request).catch(failure);
    process.send?.(answer, undefined, {}, () => process.exit(0));
  });
}

function failure(error: unknown): ChildAnswer {
  if (error instanceof CongruentError) {
    const { code, what, fix = null, exit } = error;
    return { ok: false, code, what, fix, exit };
  }
  return { ok: false, code: "E_RUN", what: messageOf(error), fix: null, exit: 2 };
}
