/** For the tests here: an empty checkout of their own, and fake programs. */
import { execFileSync } from "node:child_process";
import { chmodSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { CongruentError } from "@congruent/core";
import { sha256 } from "@congruent/core/files";

export { familyOf, killDescendants, type ListedProcess, listProcesses } from "./browser/process-list.js";
export { askOracle, type OracleQuestion } from "./oracles/ask-oracle.js";

/** Sets variables for the duration of a test; `undefined` takes one away. @returns a function that restores them. */
export function withVariables(variables: Record<string, string | undefined>): () => void {
  const before = Object.keys(variables).map((name) => [name, process.env[name]] as const);
  const set = (name: string, value: string | undefined) => {
    if (value === undefined) delete process.env[name];
    else process.env[name] = value;
  };
  for (const [name, value] of Object.entries(variables)) set(name, value);
  return () => {
    for (const [name, value] of before) set(name, value);
  };
}

/** An empty folder that counts as the repository's root until `remove` is called. */
export function temporaryHome(): { path: string; remove: () => void } {
  const path = mkdtempSync(join(tmpdir(), "congruent-toolchain-"));
  writeFileSync(join(path, "pnpm-workspace.yaml"), "packages: []\n");
  const restore = withVariables({ CONGRUENT_HOME: path });
  return {
    path,
    remove() {
      restore();
      rmSync(path, { recursive: true, force: true });
    },
  };
}

/** Writes an executable shell script. @returns its path. */
export function script(path: string, body: string): string {
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, `#!/bin/sh\n${body}\n`);
  chmodSync(path, 0o755);
  return path;
}

/** A Python in which some modules cannot be imported, as Debian's without python3-venv. @returns its path. */
export function pythonWithout(folder: string, python: string, modules: readonly string[]): string {
  const stubs = join(folder, "stubs");
  for (const name of modules) {
    mkdirSync(join(stubs, name), { recursive: true });
    writeFileSync(join(stubs, name, "__init__.py"), "raise ImportError('split off')\n");
  }
  return script(join(folder, "bin", "python-lacking"), `PYTHONPATH='${stubs}' exec '${python}' "$@"`);
}

/** The error that a promise rejects with. @throws when it does not, or with something else. */
export async function refusal(promise: Promise<unknown>): Promise<CongruentError> {
  const error = await promise.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  if (error instanceof CongruentError) return error;
  throw new Error(`expected a CongruentError, got ${String(error)}`);
}

/** A wheel made on the spot and a lock that names it. @returns the lock's path. */
export function syntheticLock(
  folder: string,
  wheel: { python: string; name: string; version: string; files: Record<string, string>; hash?: string },
): string {
  const { name, version } = wheel;
  const info = `${name}-${version}.dist-info`;
  const files = {
    ...wheel.files,
    [`${info}/METADATA`]: `Metadata-Version: 2.1\nName: ${name}\nVersion: ${version}\n`,
    [`${info}/WHEEL`]: "Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: py3-none-any\n",
  };
  const record = [...Object.keys(files), `${info}/RECORD`].map((file) => `${file},,`).join("\n");
  const path = join(folder, `${name}-${version}-py3-none-any.whl`);
  const zip = `
import json, sys, zipfile
with zipfile.ZipFile(sys.argv[1], "w") as wheel:
    for name, text in json.load(sys.stdin).items():
        wheel.writestr(name, text)
`;
  mkdirSync(folder, { recursive: true });
  execFileSync(wheel.python, ["-c", zip, path], {
    input: JSON.stringify({ ...files, [`${info}/RECORD`]: `${record}\n` }),
  });
  const hash = wheel.hash ?? sha256(readFileSync(path));
  const lock = join(folder, `${name}.lock`);
  writeFileSync(lock, `--no-index\n--find-links ${folder}\n${name}==${version} --hash=sha256:${hash}\n`);
  return lock;
}
