import { Child, howItEnded } from "@congruent/core/process";

/** Quoted of what it printed, in lines. */
const QUOTED = 5;

/** A program that runs beside this process until `kill`, or until this process ends. */
export class BackgroundProcess {
  readonly pid: number;
  /** Resolves to the last lines that it printed, or how it ended, when it has ended. */
  readonly ended: Promise<string>;
  isOver = false;
  readonly #child: Child;

  private constructor(child: Child, pid: number, ended: Promise<string>) {
    this.#child = child;
    this.pid = pid;
    this.ended = ended.then((words) => {
      this.isOver = true;
      return words;
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
    const child = new Child({ command, args, env, onLine });
    const ended = child.ended.then(
      (ending) => ending.tail.trim().split("\n").slice(-QUOTED).join("\n") || howItEnded(ending),
    );
    if (child.pid === undefined) throw new Error(`${command} ${await ended}`);
    return new BackgroundProcess(child, child.pid, ended);
  }

  /** Ends it, and all that it has started. */
  kill(): void {
    this.#child.kill();
  }
}
