/** Runs Python inside one of the project's environments, with a time limit and typed failures. */
import { CongruentError, interruptionExit } from "@congruent/core";
import { howItEnded, runProcess, tailOf } from "@congruent/core/process";
import { type EnvironmentName, pythonEnvironment, pythonVariables } from "./environments.js";

export interface RunPythonOptions {
  environment: EnvironmentName;
  /** Arguments of the interpreter: `["-m", "tf2onnx.convert", …]` or `["script.py", …]`. */
  args: readonly string[];
  /** Standard input. */
  input?: string | Uint8Array;
  cwd?: string;
  env?: Record<string, string | undefined>;
  /** Milliseconds; the whole process group is killed then. */
  timeoutMs: number;
  /** File for all that Python prints; kept even when it fails. */
  logFile?: string;
  /** Called with each line printed (both streams). */
  onLine?: (line: string) => void;
  /** The whole process group is killed when it is aborted. */
  signal?: AbortSignal;
}

/**
 * @throws CongruentError `E_PYTHON_ENV` (exit 3) environment not set up; `E_PYTHON_FAILED` (exit 2) non-zero exit, with the
 * end of the log in the message; `E_PYTHON_TIMEOUT` (exit 2); `E_INTERRUPTED` (exit 130, 143 after SIGTERM) when `signal` or
 * an interruption of this process ended it.
 */
export async function runPython(options: RunPythonOptions): Promise<{ stdout: string; stderr: string }> {
  const { python } = pythonEnvironment(options.environment);
  const { environment, ...rest } = options;
  const result = await runProcess({
    ...rest,
    command: python,
    env: { ...pythonVariables(environment), ...options.env },
  });
  const name = `python ${options.args.slice(0, 2).join(" ")} (environment "${environment}")`;
  const log = options.logFile ? `\n  log: ${options.logFile}` : "";
  if (result.endedBy === "abort" || result.endedBy === "interruption") {
    throw new CongruentError({
      code: "E_INTERRUPTED",
      what: `${name} was interrupted`,
      fix: "call it again: it starts a new process",
      exit: interruptionExit(result.reason),
    });
  }
  if (result.endedBy === "timeout") {
    throw new CongruentError({
      code: "E_PYTHON_TIMEOUT",
      what: `${name} did not finish within ${(options.timeoutMs / 1000).toFixed(1)} s and was ended${quoted(result.all)}${log}`,
      fix: "look at its last lines above; allow more time if it was still at work",
    });
  }
  if (result.startError !== null || result.exitCode !== 0) {
    throw new CongruentError({
      code: "E_PYTHON_FAILED",
      what: `${name} ${howItEnded(result)}${quoted(result.all)}${log}`,
      fix: "the last lines above say why; `congruent doctor` tells whether the environment is whole",
    });
  }
  return { stdout: result.stdout, stderr: result.stderr };
}

function quoted(output: string): string {
  const tail = tailOf(output);
  return tail ? `:\n${tail.replace(/^/gm, "    ")}` : "";
}
