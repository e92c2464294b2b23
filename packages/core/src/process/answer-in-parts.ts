import { answered, type Reply } from "./answer-once.js";
import { sendMessage } from "./message.js";

/** What goes back to `askInParts`: parts, then one last reply that says how it ended. */
export type PartReply<Part> = { part: Part } | Reply<null>;

/**
 * In a script that `askInParts` starts: does the work that the parent sends, and hands each part over as soon as it is done, so that a time
 * limit loses no more than the part in work.
 *
 * @param work gives each part to `hand`, and waits for it: the part is on its way then
 */
export function answerInParts<Request, Part>(
  work: (request: Request, hand: (part: Part) => Promise<void>) => Promise<void>,
): void {
  const hand = (part: Part) =>
    new Promise<void>((resolve) => {
      sendMessage((message) => process.send?.(message, undefined, {}, () => resolve()), { part });
    });
  answered<Request, null>(async (request) => {
    await work(request, hand);
    return null;
  });
}
