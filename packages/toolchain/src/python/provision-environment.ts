/** Makes `.venv/NAME` from a lock: every package exact and checked against its hash. */
import { readFileSync } from "node:fs";
import { rm } from "node:fs/promises";
import { dirname } from "node:path";
import { setTimeout } from "node:timers/promises";
import { CongruentError } from "@congruent/core";
import { lockDirectory, sha256, writeJson } from "@congruent/core/files";
import { howItEnded, type ProcessResult, runProcess, tailOf } from "@congruent/core/process";
import { aptInstall, whyNoApt } from "../apt.js";
import { onPath } from "../executables.js";
import { lockFile, setUpCommand } from "../home.js";
import type { Progress, Provision } from "../tool.js";
import {
  type EnvironmentName,
  environmentDirectory,
  environmentPython,
  readStamp,
  stampPath,
} from "./environments.js";
import { findPython, type Python, probePython } from "./find-python.js";

/** A command line to which `install …` is appended. */
type Installer = { command: string; args: string[]; uv: boolean };

/**
 * @param lock Path of the lock. Default: the project's own for that name.
 * @throws CongruentError (exit 3) `E_PYTHON`, `E_PYTHON_VERSION`, `E_PYTHON_VENV` no way to make an environment,
 * `E_PYTHON_INSTALL` pip failed, `E_PYTHON_LOCKED` another process has been making it for half an hour.
 */
export async function provisionEnvironment(
  name: EnvironmentName,
  progress: Progress,
  lock: string = lockFile(name),
): Promise<Provision> {
  const directory = environmentDirectory(name);
  const text = readFileSync(lock, "utf8");
  const upToDate: Provision = { outcome: "up to date", detail: describe(text) };
  if (await isCurrent(directory, text)) return upToDate;
  const unlock = await alone(directory, name, progress);
  try {
    // Another process may just have made it.
    return (await isCurrent(directory, text))
      ? upToDate
      : await makeEnvironment(directory, lock, text, progress);
  } finally {
    await unlock();
  }
}

const WAIT_MS = 1000;
/** The largest environment takes some minutes on a slow line. */
const WAITS = 1800;

/** Waits until no other process makes the same environment; the returned function lets the next one in. */
async function alone(
  directory: string,
  name: EnvironmentName,
  progress: Progress,
): Promise<() => Promise<void>> {
  const lock = { file: `${name}.lock`, code: "E_PYTHON_LOCKED", holder: "another set-up" };
  for (let wait = 0; ; wait++) {
    try {
      return await lockDirectory(dirname(directory), lock);
    } catch (error) {
      if (!(error instanceof CongruentError) || error.code !== lock.code || wait === WAITS) throw error;
      progress("waiting for another process that makes it");
      await setTimeout(WAIT_MS);
    }
  }
}

async function makeEnvironment(
  directory: string,
  lock: string,
  text: string,
  progress: Progress,
): Promise<Provision> {
  progress("looking for Python");
  const python = await findPython();
  // Without its stamp a folder is the rest of an interrupted set-up; environments cannot be repaired, only made again.
  await rm(directory, { recursive: true, force: true });
  const installer = await createEmpty(python, directory, progress);
  await install(installer, lock, progress);
  const stamp = { key: keyOf(directory, text), python: python.version, packages: countPackages(text) };
  await writeJson(stampPath(directory), stamp);
  return { outcome: "done", detail: `${describe(text)}, Python ${python.version}` };
}

async function isCurrent(directory: string, lock: string): Promise<boolean> {
  const stamp = readStamp(directory);
  if (stamp?.key !== keyOf(directory, lock)) return false;
  const made = await probePython(environmentPython(directory));
  if ("why" in made || made.version !== stamp.python) return false;
  if (!process.env.PYTHON) return true;
  const wanted = await probePython(process.env.PYTHON);
  return "why" in wanted || wanted.version === stamp.python;
}

/** The folder is part of the key because an environment holds absolute paths: in a moved checkout it is made again. */
function keyOf(directory: string, lock: string): string {
  return sha256(JSON.stringify([directory, lock, process.platform, process.arch]));
}

function countPackages(lock: string): number {
  return lock.match(/^[A-Za-z0-9][^\n]*==/gm)?.length ?? 0;
}

function describe(lock: string): string {
  const count = countPackages(lock);
  return count === 1 ? "1 package" : `${count} packages`;
}

async function createEmpty(python: Python, directory: string, progress: Progress): Promise<Installer> {
  const inside = environmentPython(directory);
  if (python.hasEnsurepip) {
    progress(`python -m venv (Python ${python.version})`);
    await venv(python, directory, []);
    return { command: inside, args: ["-m", "pip"], uv: false };
  }
  // Debian splits ensurepip off into python3-venv: an environment without pip, filled by a pip from outside.
  if (python.pip !== null && pipTakesPython(python.pip)) {
    progress("python -m venv --without-pip");
    await venv(python, directory, ["--without-pip"]);
    return { command: python.path, args: ["-m", "pip", "--python", inside], uv: false };
  }
  const uv = onPath("uv");
  if (uv) {
    progress("uv venv");
    const result = await runProcess({ command: uv, args: ["venv", "--python", python.path, directory] });
    if (result.exitCode !== 0) throw venvError(python, tailOf(result.all));
    return { command: uv, args: ["pip", "--python", inside], uv: true };
  }
  const why = whyNoApt();
  if (why !== null)
    throw venvError(python, `it has neither ensurepip nor pip 22.3, and there is no uv (${why})`);
  const failure = await aptInstall(["python3-venv"], progress);
  if (failure) throw venvError(python, failure);
  await venv(python, directory, []);
  return { command: inside, args: ["-m", "pip"], uv: false };
}

/** `pip --python` came with 22.3. */
export function pipTakesPython(version: string): boolean {
  const [major = 0, minor = 0] = version.split(".").map(Number);
  return major > 22 || (major === 22 && minor >= 3);
}

async function venv(python: Python, directory: string, flags: string[]): Promise<void> {
  const result = await runProcess({
    command: python.path,
    args: ["-m", "venv", "--clear", ...flags, directory],
    timeoutMs: 180_000,
  });
  if (result.exitCode !== 0) throw venvError(python, tailOf(result.all, 4));
}

function venvError(python: Python, why: string): CongruentError {
  return new CongruentError({
    code: "E_PYTHON_VENV",
    what: `${python.path} (Python ${python.version}) cannot make a virtual environment: ${why}`,
    expected: "a Python with ensurepip, or with pip 22.3 or newer, or uv",
    fix: `sudo apt-get install python3-venv (Debian, Ubuntu), then ${setUpCommand()}`,
    exit: 3,
  });
}

async function install(installer: Installer, lock: string, progress: Progress): Promise<void> {
  const flags = installer.uv
    ? ["--require-hashes", "--no-deps"]
    : [
        "--require-hashes",
        "--no-deps",
        "--only-binary=:all:",
        "--no-compile",
        "--no-input",
        "--progress-bar=off",
      ];
  const [first, ...options] = installer.args as [string, ...string[]];
  const result = await runProcess({
    command: installer.command,
    // uv wants its options behind the verb, pip before it.
    args: installer.uv
      ? [first, "install", ...options, ...flags, "-r", lock]
      : [first, ...options, "install", ...flags, "-r", lock],
    env: { PIP_DISABLE_PIP_VERSION_CHECK: "1", PIP_REQUIRE_VIRTUALENV: undefined, PIP_USER: undefined },
    timeoutMs: 1_800_000,
    onLine: (line) => {
      const short = /^\s*(Collecting|Downloading|Using cached|Installing)\b.*/.exec(line);
      if (short) progress(short[0].trim().replace(/ \(from .*$/, ""));
    },
  });
  if (result.exitCode !== 0) throw installError(result);
}

function installError(result: ProcessResult): CongruentError {
  const full = /No space left on device/.test(result.all);
  const hash = /DO NOT MATCH THE HASHES|THESE PACKAGES DO NOT MATCH/.test(result.all);
  return new CongruentError({
    code: "E_PYTHON_INSTALL",
    what: `pip could not install the locked packages: it ${howItEnded(result)}:\n${tailOf(result.all).replace(/^/gm, "    ")}`,
    fix: full
      ? "free some disk space, then run the command again"
      : hash
        ? "the package index served other files than the lock names: check which index pip is set to use"
        : "check the network and pip's settings (pip config list), then run the command again",
    exit: 3,
  });
}
