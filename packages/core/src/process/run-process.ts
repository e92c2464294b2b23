import type { WriteStream } from "node:fs";
import { mkdir, open } from "node:fs/promises";
import { dirname } from "node:path";
import { finished } from "node:stream/promises";
import { writeError } from "../files.js";
import { Child } from "./child.js";
import type { ChildLimits, ChildOptions, Program } from "./child-options.js";
import type { Ending } from "./ending.js";

export type ProcessOptions = Program &
  ChildLimits &
  Pick<ChildOptions, "cwd" | "env" | "input"> & {
    /** Gets all that the process prints, as it prints it. */
    logFile?: string | undefined;
    /** Called with each line printed (both streams) that is not blank. */
    onLine?: ((line: string) => void) | undefined;
  };

export interface ProcessResult extends Ending {
  stdout: string;
  stderr: string;
  /** Both streams in the order of arrival. */
  all: string;
}

/** A process that prints more, in characters, is ended (`endedBy: "output"`): the text is kept in memory. */
const MOST_PRINTED = 64 * 1024 * 1024;

/**
 * Runs a program to its end and tells how it ended. Never throws because of how the program ends.
 *
 * @throws CongruentError `E_WRITE` when the log cannot be written; `E_MEMORY_LIMIT` for a memory limit that cannot be kept
 * on this system.
 * @example
 * ```ts
 * const { exitCode, stdout } = await runProcess({ command: "node", args: ["--print", "6 * 7"] });
 * [exitCode, stdout]; // => [0, "42\n"]
 * ```
 */
export async function runProcess({ logFile, onLine, ...options }: ProcessOptions): Promise<ProcessResult> {
  const log = logFile === undefined ? undefined : await openLog(logFile);
  const logged = log && settled(log);
  const printed = { stdout: "", stderr: "", all: "" };
  const child = new Child({
    ...options,
    onText(text, stream) {
      log?.write(text);
      printed[stream] += text;
      printed.all += text;
      if (printed.all.length > MOST_PRINTED) child.kill("output");
    },
    ...(onLine && { onLine: (line: string) => void (line.trim() && onLine(line)) }),
  });
  const ending = await child.ended;
  log?.end();
  const failure = await logged;
  if (logFile !== undefined && failure) throw writeError(logFile, failure);
  return { ...ending, ...printed };
}

async function openLog(file: string): Promise<WriteStream> {
  try {
    await mkdir(dirname(file), { recursive: true });
    return (await open(file, "w")).createWriteStream();
  } catch (error) {
    throw writeError(file, error);
  }
}

/** What went wrong with a stream, once it is done; it must not stop the process that prints. */
function settled(stream: WriteStream): Promise<unknown> {
  return finished(stream).then(
    () => null,
    (error: unknown) => error,
  );
}
