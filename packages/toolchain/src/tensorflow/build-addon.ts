/** Compiles tfjs-node's addon against the TensorFlow of the Python environment and puts it where tfjs-node looks. */
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { copyFile, mkdir, mkdtemp, rename, rm } from "node:fs/promises";
import { createRequire } from "node:module";
import { basename, dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { CongruentError } from "@congruent/core";
import { sha256, writeFileAtomic } from "@congruent/core/files";
import { howItEnded, runProcess, tailOf } from "@congruent/core/process";
import { setUpCommand, toolsDirectory } from "../home.js";
import type { Progress, Provision } from "../tool.js";
import { addonPackageDirectory, addonPackages, addonPath, type TensorFlowDevice } from "./addon-place.js";
import { type Compiler, installedCompilers, zigCompiler } from "./compilers.js";
import { type LibTensorFlow, libTensorFlow } from "./libtensorflow.js";

const require = createRequire(import.meta.url);

const ADDON = "tfjs_binding.node";
/** The addon's own operators alone, for Python, which cannot load an addon. */
const OPERATORS = "libcongruent_operators.so";
/** The file that says that the addon beside it has passed the smoke test. */
const TESTED = "tested";

/** Sources of our own that are compiled into the addon. */
const own = fileURLToPath(new URL("../../addon", import.meta.url));

/** Read before tfjs-node's sources: it has the include guard of their header of the same name, and so takes its place. */
const threadSafeReferences = join(own, "napi_auto_ref.h");

/** Everything that decides the result, except the compiler: all of them build an equally good addon. */
interface Inputs {
  sources: string[];
  /** Those of `sources` that add operators to TensorFlow. */
  operators: string[];
  headers: string;
  tensorflow: LibTensorFlow;
  flags: string[];
  /** Names the folder of the result. */
  key: string;
}

/**
 * The library of the operators that this project adds to TensorFlow, for a program that loads it by `tf.load_op_library`. Set-up compiles it with
 * the addon.
 *
 * @throws CongruentError (exit 3) `E_LIBTENSORFLOW`.
 */
export function operatorsLibrary(device: TensorFlowDevice): string {
  return join(folderOf(inputsOf(device)), OPERATORS);
}

/**
 * @throws CongruentError (exit 3) `E_LIBTENSORFLOW` no library to compile against; `E_ADDON_BUILD` no compiler could do
 * it; `E_TFJS_ADDON` the compiled addon does not compute.
 */
export async function provisionAddon(device: TensorFlowDevice, progress: Progress): Promise<Provision> {
  const inputs = inputsOf(device);
  const folder = folderOf(inputs);
  const built = join(folder, ADDON);
  const detail = `TensorFlow ${inputs.tensorflow.version}`;
  if (isReady(folder)) {
    // pnpm may have unpacked the package again, without the addon.
    const placed = await place(built, addonPath(device));
    return { outcome: placed ? "done" : "up to date", detail };
  }
  const compiler = await compile(inputs, folder, progress);
  await place(built, addonPath(device));
  progress("2 × 2 matrix product");
  await smokeTest(device, folder);
  await writeFileAtomic(join(folder, TESTED), "");
  return { outcome: "done", detail: `${detail}, compiled by ${compiler.name}` };
}

/**
 * Whether the addon that tfjs-node loads is the one that set-up would put there now: of these sources and this
 * TensorFlow. Reads and hashes some files of together a megabyte or so.
 *
 * @throws CongruentError (exit 3) `E_LIBTENSORFLOW`.
 */
export function isAddonCurrent(device: TensorFlowDevice): boolean {
  const folder = folderOf(inputsOf(device));
  return isReady(folder) && sameBytes(join(folder, ADDON), addonPath(device));
}

function folderOf({ key }: Inputs): string {
  return toolsDirectory("tfjs-addon", key);
}

/** Whether a result is there that has shown that it computes. */
function isReady(folder: string): boolean {
  return existsSync(join(folder, ADDON)) && existsSync(join(folder, TESTED));
}

function inputsOf(device: TensorFlowDevice): Inputs {
  const tensorflow = libTensorFlow(device);
  const binding = join(addonPackageDirectory(device), "binding");
  const files = [binding, own].flatMap((folder) =>
    readdirSync(folder)
      .sort()
      .map((file) => join(folder, file)),
  );
  const headers = (require("node-api-headers") as { include_dir: string }).include_dir;
  const flags = [
    ...["-std=c++17", "-O2", "-shared", "-fPIC", "-DNAPI_VERSION=8"],
    // A product and a sum are one instruction where the processor has it; vectors are never passed between compilers.
    ...["-ffp-contract=fast", "-Wno-psabi"],
  ];
  const { version: headersVersion } = require("node-api-headers/package.json") as { version: string };
  const hashed = [
    files.map((file) => [basename(file), sha256(readFileSync(file))]),
    [headersVersion, flags, process.platform, process.arch],
    [tensorflow.version, tensorflow.directory, tensorflow.cudaFolders],
  ];
  return {
    sources: files.filter((file) => file.endsWith(".cc")),
    operators: files.filter((file) => dirname(file) === own && file.endsWith(".cc")),
    headers,
    tensorflow,
    flags,
    key: sha256(JSON.stringify(hashed)).slice(0, 24),
  };
}

/** Tries each compiler; if none works, the error holds their messages. */
async function compile(inputs: Inputs, folder: string, progress: Progress): Promise<Compiler> {
  const failures: string[] = [];
  for (const compiler of installedCompilers()) {
    progress(`${compiler.name} (about 15 s)`);
    const failure = await compileWith(compiler, inputs, folder);
    if (failure === null) return compiler;
    failures.push(`${compiler.name}: ${failure}`);
  }
  progress("no working compiler on PATH: fetching zig's");
  const zig = await zigCompiler(progress).catch((error: unknown) => {
    failures.push(`zig c++: ${error instanceof Error ? error.message : String(error)}`);
    return null;
  });
  if (zig !== null) {
    progress("zig c++ (about a minute)");
    const failure = await compileWith(zig, inputs, folder);
    if (failure === null) return zig;
    failures.push(`${zig.name}: ${failure}`);
  }
  throw new CongruentError({
    code: "E_ADDON_BUILD",
    what: `tfjs-node's addon could not be compiled:\n${failures.join("\n").replace(/^/gm, "    ")}`,
    expected: "g++, c++ or clang++ with C++17, or PyPI's ziglang",
    fix: `install a C++ compiler (Debian, Ubuntu: sudo apt-get install g++), then ${setUpCommand()}`,
    exit: 3,
  });
}

async function compileWith(compiler: Compiler, inputs: Inputs, folder: string): Promise<string | null> {
  const parent = dirname(folder);
  await mkdir(parent, { recursive: true });
  const temporary = await mkdtemp(join(parent, ".building-"));
  try {
    const results: [string, string[]][] = [
      [ADDON, ["-include", threadSafeReferences, ...inputs.sources]],
      [OPERATORS, inputs.operators],
    ];
    for (const [file, sources] of results) {
      const failure = await compileTo(join(temporary, file), compiler, inputs, sources);
      if (failure !== null) return failure;
    }
    await settle(temporary, folder);
    return null;
  } finally {
    await rm(temporary, { recursive: true, force: true });
  }
}

/** @returns why it could not be compiled, or null. */
async function compileTo(
  out: string,
  compiler: Compiler,
  { flags, headers, tensorflow }: Inputs,
  sources: string[],
): Promise<string | null> {
  const result = await runProcess({
    command: compiler.command,
    args: [
      ...compiler.args,
      ...flags,
      ...["-I", headers, "-I", tensorflow.include],
      ...sources,
      ...["-o", out],
      ...tensorflow.libraries,
      ...[tensorflow.directory, ...tensorflow.cudaFolders].map((path) => `-Wl,-rpath,${path}`),
    ],
    env: compiler.env,
    timeoutMs: 600_000,
  });
  if (result.exitCode === 0) return null;
  return (
    result.startError ?? (result.endedBy === "timeout" ? "no end within 10 minutes" : tailOf(result.all, 6))
  );
}

/** Moves a result to its place, unless another set-up has put a result of the same inputs there. */
export async function settle(temporary: string, folder: string): Promise<void> {
  for (;;) {
    try {
      await rename(temporary, folder);
      return;
    } catch (error) {
      if (!["ENOTEMPTY", "EEXIST"].includes((error as NodeJS.ErrnoException).code ?? "")) throw error;
      if (existsSync(join(folder, ADDON))) return;
      await rm(folder, { recursive: true, force: true });
    }
  }
}

/** Copies the addon to its place unless the very same file is there. @returns whether it copied. */
async function place(built: string, target: string): Promise<boolean> {
  if (existsSync(target) && sameBytes(built, target)) return false;
  await mkdir(dirname(target), { recursive: true });
  const temporary = `${target}.${process.pid}.tmp`;
  await copyFile(built, temporary);
  await rename(temporary, target);
  return true;
}

function sameBytes(a: string, b: string): boolean {
  return readFileSync(a).equals(readFileSync(b));
}

async function smokeTest(device: TensorFlowDevice, folder: string): Promise<void> {
  const result = await runProcess({
    script: new URL("./smoke-test.js", import.meta.url),
    args: [device],
    timeoutMs: 120_000,
  });
  if (result.exitCode === 0) return;
  await rm(addonPath(device), { force: true });
  await rm(folder, { recursive: true, force: true });
  throw new CongruentError({
    code: "E_TFJS_ADDON",
    what: `the compiled addon of ${addonPackages[device]} does not work: its test ${howItEnded(result)}:\n${tailOf(result.all).replace(/^/gm, "    ")}`,
    fix: `${setUpCommand("--verbose")}; another compiler can be chosen with CXX=clang++`,
    exit: 3,
  });
}
