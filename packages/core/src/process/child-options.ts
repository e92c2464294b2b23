import { ownScript } from "./own-script.js";

/** What a child runs. */
export type Program =
  | {
      /** A path, or a name on PATH. */
      command: string;
      args?: readonly string[];
    }
  | {
      /** A script of this project, which Node runs: `new URL("../workers/recipe.js", import.meta.url)`. */
      script: URL | string;
      args?: readonly string[];
      /** Options for Node itself: `--max-old-space-size=4096`. */
      nodeOptions?: readonly string[];
    };

/** What ends a child before it ends by itself; always with all that it has started. */
export interface ChildLimits {
  /** Milliseconds from its start. Default: none. */
  timeoutMs?: number | undefined;
  /** Resident memory of the child and its descendants together, in bytes. Linux only. Default: none. */
  memoryBytes?: number | undefined;
  /** Ends the child when it is aborted. */
  signal?: AbortSignal | undefined;
  /**
   * How long the child may take to end by itself, in milliseconds: it and its group get SIGTERM when `signal` is aborted,
   * or the signal that interrupted this process. Windows knows no such signals. Default: 0, it is killed.
   */
  graceMs?: number | undefined;
  /**
   * What happens to the child when this process gets SIGINT, SIGTERM or SIGHUP. A child has a process group of its own: the
   * terminal's Ctrl-C does not reach it.
   *
   * - `"stop"`: it is ended as by `signal`; within `graceMs` it may end by itself. A second press of Ctrl-C kills it
   *   (of what comes within a second, all is one press).
   * - `"caller"`: nothing; the caller listens itself and aborts `signal`.
   *
   * Default: `"stop"`.
   */
  interruption?: "stop" | "caller" | undefined;
}

export type ChildOptions = Program &
  ChildLimits & {
    cwd?: string | undefined;
    /** Variables on top of this process's own; `undefined` takes one away. */
    env?: Record<string, string | undefined> | undefined;
    /** Written to standard input, which is closed then. Default: standard input is empty. */
    input?: string | Uint8Array | undefined;
    /**
     * Where its standard streams go.
     *
     * - `"read"`: what it prints is read here, for `onText`, `onLine` and the ending's tail.
     * - `"inherit"`: it has this process's own.
     * - `"stderr"`: standard input is empty, and all that it prints goes to this process's standard error.
     *
     * Default: `"read"`.
     */
    streams?: "read" | "inherit" | "stderr" | undefined;
    /**
     * How messages travel.
     *
     * - `"ipc"`: over a channel of Node's; typed arrays, NaN and Infinity arrive as they are. For scripts only.
     * - `"lines"`: each a line of JSON, on standard input and standard output; other lines are what it prints.
     *
     * Default: none are sent.
     */
    messages?: "ipc" | "lines" | undefined;
    onMessage?: ((message: unknown) => void) | undefined;
    /** Called with what it prints, as it prints it. */
    onText?: ((text: string, stream: "stdout" | "stderr") => void) | undefined;
    /** Called with each line that it prints, of both streams. */
    onLine?: ((line: string) => void) | undefined;
  };

/** The program and the arguments that a child is started with. */
export function commandOf(program: Program): { command: string; args: string[] } {
  const { args = [] } = program;
  if ("command" in program) return { command: program.command, args: [...args] };
  const { path, execArgv } = ownScript(program.script);
  return { command: process.execPath, args: [...execArgv, ...(program.nodeOptions ?? []), path, ...args] };
}
