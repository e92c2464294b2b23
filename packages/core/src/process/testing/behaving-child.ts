/** Does what the request's `how` says, for tests of what can happen to a child. */
import { CongruentError } from "../../errors.js";
import { answerOnce } from "../answer-once.js";

interface Request {
  how: string;
  values?: Float64Array;
}

const kept: Buffer[] = [];

const behaviours: Record<string, (request: Request) => Promise<unknown>> = {
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
  /** 512 MiB and no more, lest a slow watcher cost the machine. */
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
  const behaviour = behaviours[request.how];
  if (!behaviour) throw new Error(`there is no behaviour ${request.how}`);
  return behaviour(request);
});
