/** For tests: answers of Python programs that the tests compare with, each asked for once. */
import { createHash, randomUUID } from "node:crypto";
import { existsSync } from "node:fs";
import { cp, mkdir, readdir, readFile, rename, rm, stat, utimes, writeFile } from "node:fs/promises";
import { cpus } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import {
  type EnvironmentName,
  environmentDirectory,
  pythonEnvironment,
  readStamp,
} from "../python/environments.js";
import { runPython } from "../python/run-python.js";

export interface OracleQuestion {
  environment: EnvironmentName;
  /** Path of the program. Its Python files, and those of its folder and of all packages' `oracle` folders, are part of the question. */
  script: string;
  args?: readonly string[];
  /** Standard input. */
  input?: string;
  /** Variables on top of this process's own. */
  env?: Record<string, string>;
  /** Where the program runs. The files there are part of the question, those that it adds or changes part of the answer. Default: nowhere in particular. */
  folder?: string;
  /** Milliseconds. */
  timeoutMs: number;
  /** Where answers are kept. Default: node_modules/.cache/oracles of the repository. */
  cache?: string;
}

const packages = fileURLToPath(new URL("../../../", import.meta.url));
const CACHE = join(packages, "..", "node_modules", ".cache", "oracles");

/** An answer that was not asked for in so long is removed. */
const KEPT_MS = 14 * 24 * 3_600_000;

/** An answer with larger files, such as every state of a large network's training, is not kept. */
const MOST_BYTES = 256 * 2 ** 20;

/** Changes when answers are kept in another way. */
const GENERATION = 1;

/**
 * What an oracle prints. Starting TensorFlow takes longer than most of what it is asked, and an oracle knows nothing of the code under test: its
 * answer is the same until the question, its programs, its packages, the Python or the processor change. Then it is asked again.
 *
 * @returns its standard output
 * @throws CongruentError as `runPython` does; nothing is kept then
 * @example
 * ```ts no-run
 * const stdout = await askOracle({ environment: "oracle", script, input: JSON.stringify(cases), timeoutMs: 60_000 });
 * ```
 */
export async function askOracle(question: OracleQuestion): Promise<string> {
  const { environment, script, args = [], input, env, folder, timeoutMs, cache = CACHE } = question;
  const ask = async () =>
    (
      await runPython({
        environment,
        args: [script, ...args],
        timeoutMs,
        ...(input !== undefined && { input }),
        ...(env && { env }),
        ...(folder && { cwd: folder }),
      })
    ).stdout;
  // A test file that does not declare what it needs must fail here too: it is asked, and refused.
  if (!isDeclared(environment)) return ask();
  pythonEnvironment(environment);

  const before = folder === undefined ? new Map<string, string>() : await contentsOf(folder);
  const kept = join(cache, await keyOf(question, before));
  if (existsSync(kept)) {
    const now = new Date();
    await utimes(kept, now, now);
    if (folder !== undefined) await cp(join(kept, "files"), folder, { recursive: true });
    return readFile(join(kept, "stdout"), "utf8");
  }

  const stdout = await ask();
  const added = folder === undefined ? [] : await changedFiles(folder, before);
  if (added.reduce((sum, { bytes }) => sum + bytes, 0) > MOST_BYTES) return stdout;
  const own = `${kept}.${randomUUID()}`;
  await mkdir(join(own, "files"), { recursive: true });
  await writeFile(join(own, "stdout"), stdout);
  for (const { path } of added) await cp(join(folder ?? "", path), join(own, "files", path));
  // Another process may have been faster with the same answer.
  await rename(own, kept).catch(() => rm(own, { recursive: true }));
  await removeOld(cache);
  return stdout;
}

/** As scripts/jest/needs.cjs has it. */
function isDeclared(environment: EnvironmentName): boolean {
  const declared = process.env.CONGRUENT_TEST_NEEDS;
  return declared === undefined || declared.split(" ").includes(environment);
}

async function keyOf(
  { environment, script, args = [], input = "", env = {} }: OracleQuestion,
  files: ReadonlyMap<string, string>,
): Promise<string> {
  const programs = await Promise.all([dirname(script), ...(await oracleFolders())].map(programsOf));
  const key = createHash("sha256");
  const facts = [
    GENERATION,
    readStamp(environmentDirectory(environment))?.key,
    // In which order TensorFlow adds, and with which instructions, depends on them.
    [process.platform, process.arch, cpus()[0]?.model, cpus().length],
    await readFile(script, "utf8"),
    Object.fromEntries(programs.flat()),
    args,
    env,
    [...files].sort(),
  ];
  return key.update(JSON.stringify(facts)).update(input).digest("hex");
}

async function oracleFolders(): Promise<string[]> {
  const names = await readdir(packages);
  return names.map((name) => join(packages, name, "oracle")).filter((path) => existsSync(path));
}

/** The Python files of a folder: from its path within the repository to its text. */
async function programsOf(folder: string): Promise<[string, string][]> {
  const names = (await readdir(folder)).filter((name) => name.endsWith(".py")).sort();
  return Promise.all(
    names.map(async (name): Promise<[string, string]> => {
      const path = join(folder, name);
      return [path.replace(packages, ""), await readFile(path, "utf8")];
    }),
  );
}

/** The files of a folder and its folders: from path to hash. */
async function contentsOf(folder: string): Promise<Map<string, string>> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const hashes = await Promise.all(
    entries
      .filter((entry) => entry.isFile())
      .map(async (entry): Promise<[string, string]> => {
        const path = join(entry.parentPath, entry.name);
        const hash = createHash("sha256").update(await readFile(path));
        return [path.slice(folder.length + 1), hash.digest("hex")];
      }),
  );
  return new Map(hashes);
}

async function changedFiles(
  folder: string,
  before: ReadonlyMap<string, string>,
): Promise<{ path: string; bytes: number }[]> {
  const changed = [...(await contentsOf(folder))].filter(([path, hash]) => before.get(path) !== hash);
  return Promise.all(changed.map(async ([path]) => ({ path, bytes: (await stat(join(folder, path))).size })));
}

async function removeOld(cache: string): Promise<void> {
  for (const name of await readdir(cache)) {
    const path = join(cache, name);
    const found = await stat(path).catch(() => null);
    if (found && Date.now() - found.mtimeMs > KEPT_MS) await rm(path, { recursive: true, force: true });
  }
}
