import { fork } from "node:child_process";
import { CongruentError } from "@congruent/core";
import { ownScript } from "@congruent/core/process";
import { limitMemory } from "../memory-limit.js";
import type { ChildAnswer } from "./protocol.js";

export interface ChildOptions {
  /** Compiled script of the child. */
  script: string;
  request: object;
  /** Variables that the child gets besides the parent's own. */
  env?: Record<string, string>;
  timeoutMs: number;
  /** Of the child and its descendants; no limit unless told. */
  memoryBytes?: number | undefined;
}

/** The last lines of what a child wrote: enough to name a crash, short enough for a report. */
const TAIL_CHARACTERS = 600;

/** What a signal that a native library ends with usually means. */
const SIGNALS: Readonly<Partial<Record<NodeJS.Signals, string>>> = {
  SIGSEGV: " (a crash in native code)",
  SIGABRT: " (native code gave up: a failed assertion, or no memory)",
  SIGILL: " (an instruction that this processor does not know)",
  SIGKILL: " (from outside: systems do that when memory runs out)",
};

/**
 * Forks a child, sends it the request and waits for its one answer; the child is gone when this settles.
 *
 * @throws CongruentError `E_TIMEOUT`, `E_CRASH`, `E_MEMORY`, or the error that the child answers with
 */
export async function askChild(options: ChildOptions): Promise<ChildAnswer & { ok: true }> {
  const answer = await exchange(options);
  if (answer.ok) return answer;
  const { code, what, fix, exit } = answer;
  throw new CongruentError({ code, what, ...(fix === null ? {} : { fix }), exit });
}

function exchange({ script, request, env = {}, timeoutMs, memoryBytes }: ChildOptions): Promise<ChildAnswer> {
  const own = ownScript(script);
  const child = fork(own.path, [], {
    // Typed arrays travel as they are.
    serialization: "advanced",
    stdio: ["ignore", "pipe", "pipe", "ipc"],
    env: { ...process.env, ...env },
    // Not the parent's: a test runner's or debugger's flags do not fit the child.
    execArgv: [...own.execArgv],
  });
  let written = "";
  const listen = (chunk: Buffer) => {
    written = (written + chunk.toString()).slice(-TAIL_CHARACTERS);
  };
  child.stdout?.on("data", listen);
  child.stderr?.on("data", listen);
  // A child must not outlive a parent that is interrupted.
  const kill = () => child.kill("SIGKILL");
  process.once("exit", kill);

  const settled = new Promise<ChildAnswer>((resolve, reject) => {
    const timer = setTimeout(() => {
      reject(
        new CongruentError({
          code: "E_TIMEOUT",
          what: `no answer within ${timeoutMs / 1000} s; the process was ended`,
          fix: "run fewer samples, or raise the time limit",
        }),
      );
    }, timeoutMs);
    child.once("message", (answer) => resolve(answer as ChildAnswer));
    child.once("error", reject);
    child.once("close", (status, signal) => {
      const how = signal ? `was ended by ${signal}${SIGNALS[signal] ?? ""}` : `ended with status ${status}`;
      const words = written.trim();
      reject(
        new CongruentError({
          code: "E_CRASH",
          what: `the process ${how} before it answered${words ? `: ${words}` : ""}`,
        }),
      );
    });
    child.once("exit", () => clearTimeout(timer));
    child.send(request, (error) => {
      // Not sent because the child is already gone: `close` says more about it.
      if (error && child.connected) reject(error);
    });
  });
  const memory =
    memoryBytes === undefined ? null : limitMemory(memoryBytes, async () => (child.pid ? [child.pid] : []));
  return Promise.race(memory ? [settled, memory.exceeded] : [settled]).finally(() => {
    memory?.stop();
    // A child that is killed now reports its end to nobody.
    settled.catch(() => undefined);
    process.off("exit", kill);
    kill();
  });
}
