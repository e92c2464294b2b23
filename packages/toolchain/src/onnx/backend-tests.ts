/**
 * The official ONNX backend node tests. Releases after 1.17 do not carry them; this one's wheel is fetched as an archive and never
 * installed, so that any Python with pip will do.
 */
import { existsSync } from "node:fs";
import { mkdir, mkdtemp, rename, rm } from "node:fs/promises";
import { join } from "node:path";
import { CongruentError } from "@congruent/core";
import { sha256File } from "@congruent/core/files";
import { runProcess, tailOf } from "@congruent/core/process";
import { toolsDirectory } from "../home.js";
import { environmentDirectory, environmentPython } from "../python/environments.js";
import { findPython } from "../python/find-python.js";
import type { Progress, Provision } from "../tool.js";

const RELEASE = "1.17.0";
const WHEEL = `onnx-${RELEASE}-cp312-cp312-manylinux_2_17_x86_64.manylinux2014_x86_64.whl`;
const SHA256 = "4f3fb5cc4e2898ac5312a7dc03a65133dd2abf9a5e520e69afb880a7251ec97a";
const SET_UP = "npm test (or npm run setup -- --oracle)";

function wheelPath(): string {
  return toolsDirectory(`onnx-${RELEASE}`, WHEEL);
}

/**
 * The archive with the tests, below `onnx/backend/test/data/node/`.
 *
 * @throws CongruentError `E_BACKEND_TESTS` (exit 3) when set-up has not fetched it.
 */
export function backendTestsArchive(): string {
  const path = wheelPath();
  if (existsSync(path)) return path;
  throw new CongruentError({
    code: "E_BACKEND_TESTS",
    what: `the ONNX backend tests are not there (${path})`,
    fix: SET_UP,
    exit: 3,
  });
}

/**
 * Fetches the archive with pip and checks it against its hash.
 *
 * @throws CongruentError `E_BACKEND_TESTS` (exit 3) pip failed, or gave another file.
 */
export async function provisionBackendTests(progress: Progress): Promise<Provision> {
  const path = wheelPath();
  const detail = `onnx ${RELEASE}`;
  if (existsSync(path)) return { outcome: "up to date", detail };
  const folder = toolsDirectory();
  await mkdir(folder, { recursive: true });
  const temporary = await mkdtemp(join(folder, "onnx-"));
  try {
    progress(`downloading ${WHEEL}`);
    await download(temporary);
    const got = join(temporary, WHEEL);
    const hash = existsSync(got) ? await sha256File(got) : "no such file";
    if (hash !== SHA256) throw failure(`pip gave another ${WHEEL} (SHA-256 ${hash})`);
    await rm(join(path, ".."), { recursive: true, force: true });
    await rename(temporary, join(path, ".."));
  } finally {
    await rm(temporary, { recursive: true, force: true });
  }
  return { outcome: "done", detail };
}

async function download(target: string): Promise<void> {
  const which = ["--python-version=3.12", "--implementation=cp", "--abi=cp312"];
  const result = await runProcess({
    command: await pythonWithPip(),
    args: [
      ...["-m", "pip", "download", `onnx==${RELEASE}`, "--no-deps", "--only-binary=:all:"],
      ...[...which, "--platform=manylinux2014_x86_64", "--dest", target],
      ...["--no-input", "--progress-bar=off", "--disable-pip-version-check"],
    ],
    timeoutMs: 600_000,
  });
  if (result.exitCode !== 0) throw failure(`pip could not download them:\n${tailOf(result.all)}`);
}

/** The environment that exports, where it has a pip of its own, else the machine's Python. */
async function pythonWithPip(): Promise<string> {
  const own = environmentPython(environmentDirectory("export"));
  const asked = existsSync(own) ? await runProcess({ command: own, args: ["-m", "pip", "--version"] }) : null;
  return asked?.exitCode === 0 ? own : (await findPython()).path;
}

function failure(why: string): CongruentError {
  return new CongruentError({
    code: "E_BACKEND_TESTS",
    what: `the ONNX backend tests are not available: ${why}`,
    fix: `check the network and pip's settings (pip config list), then ${SET_UP}`,
    exit: 3,
  });
}
