import { runProcess, tailOf } from "@congruent/core/process";
import { killGroup } from "./kill-group.js";

/** Prints the process id first: the shell becomes the program, which keeps it. */
const TELL_PID = 'echo "$$"; exec "$@"';

/** A program that runs beside this process until `kill`, or until this process ends. Not on Windows. */
export class BackgroundProcess {
  readonly pid: number;
  /** Resolves to the last lines that it printed, when it has ended. */
  readonly ended: Promise<string>;
  isOver = false;
  readonly #abort: AbortController;

  private constructor(pid: number, ended: Promise<string>, abort: AbortController) {
    this.pid = pid;
    this.#abort = abort;
    this.ended = ended.then((tail) => {
      this.isOver = true;
      return tail;
    });
  }

  /**
   * @param env variables on top of this process's own; `undefined` takes one away
   * @throws Error when it cannot be started
   */
  static async start(
    command: string,
    args: readonly string[],
    env: Record<string, string | undefined> = {},
    onLine: (line: string) => void = () => undefined,
  ): Promise<BackgroundProcess> {
    const abort = new AbortController();
    let tellPid: (pid: number) => void = () => undefined;
    const pid = new Promise<number>((resolve) => {
      tellPid = resolve;
    });
    let isFirst = true;
    const ended = runProcess({
      command: "/bin/sh",
      args: ["-c", TELL_PID, "sh", command, ...args],
      env,
      signal: abort.signal,
      onLine: (line) => {
        // Anything else is what a program says that could not be run.
        const isPid = isFirst && /^\d+$/.test(line);
        isFirst = false;
        if (isPid) tellPid(Number(line));
        else onLine(line);
      },
    }).then(({ all, startError }) => startError ?? tailOf(all.replace(/^\d+\n/, ""), 5));
    const started = await Promise.race([pid, ended]);
    if (typeof started === "string") throw new Error(`${command} could not be started: ${started}`);
    return new BackgroundProcess(started, ended, abort);
  }

  /** Ends it, and all that it has started. */
  kill(): void {
    this.#abort.abort();
    // Its children stay if it was killed from outside.
    killGroup(this.pid);
  }
}
