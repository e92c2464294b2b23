/** Does what the request's `how` says, for tests of what can happen to a child. */
import { CongruentError } from "../../errors.js";
import { answerOnce } from "../answer-once.js";

interface Request {
  how: string;
  values?: Float64Array;
}

const kept: Buffer[] = [];

const behaviors: Record<string, (request: Request) => Promise<unknown>> = {
  doubles: async ({ values = new Float64Array() }) => values.map((value) => 2 * value),
  /** Neither answers nor lets its event loop turn. */
  async hangs() {
    for (;;);
  },
  /** As a native crash does: without a word over the channel, a line on standard error. */
  crashes: () =>
    new Promise(() => {
      process.stderr.write("the device was lost\n", () => process.kill(process.pid, "SIGSEGV"));
    }),
  /** At most 512 MiB, so that a slow watcher does not exhaust the machine. */
  eatsMemory: () =>
    new Promise(() => {
      // Filled, because memory that is only asked for is not held yet.
      setInterval(() => kept.length < 16 && kept.push(Buffer.alloc(2 ** 25, 1)), 10);
    }),
  async refuses() {
    throw new CongruentError({ code: "E_OWN", what: "no", expected: "yes", fix: "ask again", exit: 3 });
  },
  async throws() {
    throw new Error("something else");
  },
  tooLarge: async () => new ArrayBuffer(2 ** 31),
  notCopied: async () => () => undefined,
};

answerOnce<Request, unknown>(async (request) => {
  const behavior = behaviors[request.how];
  if (!behavior) throw new Error(`there is no behavior ${request.how}`);
  return behavior(request);
});
