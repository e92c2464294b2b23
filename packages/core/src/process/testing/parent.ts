/**
 * A process with a child, for tests of what becomes of the child when the parent ends: OPTIONS as JSON.
 *
 * Prints what the child prints, and how it ended.
 */
import { Child } from "../child.js";
import type { ChildOptions } from "../child-options.js";

interface ParentOptions {
  child: ChildOptions;
  /** Listens itself for SIGINT, which says "heard" once and aborts the child's signal. */
  listens?: boolean;
  /** Ends by itself as soon as the child has printed something. */
  exits?: boolean;
}

const { child, listens, exits } = JSON.parse(process.argv[2] as string) as ParentOptions;
const controller = new AbortController();
if (listens) {
  process.once("SIGINT", () => {
    process.stdout.write("heard\n");
    controller.abort("SIGINT");
  });
}
const { exitCode, signal, endedBy, tail } = await new Child({
  ...child,
  // The child's own wish for none, or for no end, is no JSON.
  ...(child.graceMs === null && { graceMs: Number.POSITIVE_INFINITY }),
  ...(listens && { signal: controller.signal }),
  onText: (text) => process.stdout.write(text, () => exits && process.exit(0)),
}).ended;
process.stdout.write(`${JSON.stringify({ exitCode, signal, endedBy, tail })}\n`);
