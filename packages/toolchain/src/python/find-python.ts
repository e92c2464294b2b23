/** A Python that the locked packages have wheels for. */

import { CongruentError } from "@congruent/core";
import { runProcess } from "@congruent/core/process";
import { onPath } from "../executables.js";
import { setUpCommand } from "../home.js";

/** Lowest and highest minor version of Python 3 with wheels for everything in the locks (TensorFlow 2.21 stops at 3.13). */
const pythonMinors = { lowest: 11, highest: 13 } as const;

export interface Python {
  path: string;
  /** `3.11.7` */
  version: string;
  hasEnsurepip: boolean;
  /** Version of its pip, `null` without one. */
  pip: string | null;
}

const PROBE = `
import json, sys
def version_of(name):
    try:
        return getattr(__import__(name), "__version__", "") or ""
    except Exception:
        return None
ensurepip = version_of("ensurepip") is not None and version_of("venv") is not None
print(json.dumps({"version": ".".join(map(str, sys.version_info[:3])), "path": sys.executable,
                  "hasEnsurepip": ensurepip, "pip": version_of("pip")}))
`;

/** What a Python says about itself, or why it cannot be asked. */
export async function probePython(command: string): Promise<Python | { why: string }> {
  const result = await runProcess({ command, args: ["-c", PROBE], timeoutMs: 20_000 });
  if (result.exitCode !== 0) {
    return {
      why:
        result.startError ??
        (result.endedBy === "timeout" ? "did not answer" : lastLine(result.all) || "fails"),
    };
  }
  try {
    const said = JSON.parse(lastLine(result.stdout)) as Python;
    return { ...said, path: said.path || command };
  } catch {
    return { why: `answers ${JSON.stringify(lastLine(result.stdout))}` };
  }
}

/**
 * The Python to make environments with: `PYTHON` where that is set, else the first suitable one of `python3.13`,
 * `python3.12`, `python3.11`, `python3` and `python` on PATH (one that has ensurepip before one that lacks it).
 *
 * @throws CongruentError `E_PYTHON` (exit 3) none there; `E_PYTHON_VERSION` (exit 3) none of a suitable version.
 */
export async function findPython(): Promise<Python> {
  const told = process.env.PYTHON;
  const candidates = told ? [told] : ["python3.13", "python3.12", "python3.11", "python3", "python"];
  const seen: string[] = [];
  let second: Python | undefined;
  let unsuitable = false;
  for (const candidate of candidates) {
    const path = told ?? onPath(candidate);
    if (!path) continue;
    const python = await probePython(path);
    if ("why" in python) {
      seen.push(`${path}: ${python.why}`);
    } else if (!isSuitable(python.version)) {
      unsuitable = true;
      seen.push(`${path}: Python ${python.version}`);
    } else if (python.hasEnsurepip) {
      return python;
    } else {
      second ??= python;
    }
  }
  if (second) return second;
  throw new CongruentError({
    code: unsuitable ? "E_PYTHON_VERSION" : "E_PYTHON",
    what:
      seen.length > 0
        ? `no suitable Python: ${seen.join("; ")}`
        : `no Python on PATH (looked for ${candidates.join(", ")})`,
    expected: `Python 3.${pythonMinors.lowest} to 3.${pythonMinors.highest} (TensorFlow 2.21 has no wheels for newer ones)`,
    fix: `install Python 3.${pythonMinors.highest} and put it on PATH, or name one: PYTHON=/path/to/python3.${pythonMinors.lowest} ${setUpCommand()}`,
    exit: 3,
  });
}

/**
 * @example
 * ```ts
 * isSuitable("3.12.1"); // => true
 * isSuitable("3.9.18"); // => false
 * isSuitable("3.14.0"); // => false
 * ```
 */
export function isSuitable(version: string): boolean {
  const [major, minor] = version.split(".").map(Number);
  return major === 3 && minor !== undefined && minor >= pythonMinors.lowest && minor <= pythonMinors.highest;
}

function lastLine(text: string): string {
  return text.trimEnd().split(/\r?\n/).at(-1)?.trim() ?? "";
}
