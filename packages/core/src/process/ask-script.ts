import { CongruentError } from "../errors.js";
import type { PartReply } from "./answer-in-parts.js";
import type { Reply } from "./answer-once.js";
import type { ChildLimits } from "./child-options.js";
import { Dialogue } from "./dialogue.js";

export interface AskOptions extends Omit<ChildLimits, "timeoutMs"> {
  /** A script that calls `answerOnce`: `new URL("./children/run-model.js", import.meta.url)`. */
  script: URL | string;
  /** Plain data and typed arrays. */
  request: object;
  /** Variables on top of this process's own; `undefined` takes one away. */
  env?: Record<string, string | undefined>;
  /** Milliseconds for the answer. */
  timeoutMs: number;
}

/**
 * Starts a script in a process of its own, sends it the request and waits for its one answer. The process is gone when
 * this settles.
 *
 * @throws CongruentError `E_TIMEOUT`; `E_CRASH` with the signal or status and the end of what it printed; `E_MEMORY`;
 * `E_INTERRUPTED`; `E_MESSAGE` for a request or an answer that is too large; or the error that the script answers with
 */
export async function askScript<Answer>({ request, timeoutMs, ...options }: AskOptions): Promise<Answer> {
  const dialogue = new Dialogue({ ...options, messages: "ipc" });
  try {
    dialogue.send(request);
    const reply = (await dialogue.next(timeoutMs)) as Reply<Answer>;
    if (reply.ok) return reply.answer;
    throw new CongruentError(reply.error);
  } finally {
    await dialogue.end();
  }
}

/**
 * As {@link askScript}, for a script that calls `answerInParts`.
 *
 * @param onPart each part as it comes
 * @returns whether the script did all of its work; false where its time was over, and it was ended
 * @throws CongruentError as `askScript`, but for `E_TIMEOUT`
 */
export async function askInParts<Part>(
  { request, timeoutMs, ...options }: AskOptions,
  onPart: (part: Part) => void,
): Promise<boolean> {
  const dialogue = new Dialogue({ ...options, messages: "ipc" });
  const end = performance.now() + timeoutMs;
  try {
    dialogue.send(request);
    while (true) {
      const reply = (await dialogue.next(Math.max(1, end - performance.now()))) as PartReply<Part>;
      if ("part" in reply) onPart(reply.part);
      else if (reply.ok) return true;
      else throw new CongruentError(reply.error);
    }
  } catch (error) {
    if (error instanceof CongruentError && error.code === "E_TIMEOUT") return false;
    throw error;
  } finally {
    await dialogue.end();
  }
}
