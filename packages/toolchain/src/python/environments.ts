/** The Python environments of the project, each made from `python/NAME.lock` in `.venv/NAME`. */
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { CongruentError } from "@congruent/core";
import { environmentsDirectory, setUpCommand } from "../home.js";

/**
 * - `tensorflow`: TensorFlow's C library, which training runs on. Nothing is run in Python there: the package index is where the library is to be had.
 * - `export`: TensorFlow, Keras, tf2onnx and onnx, for `--via tf2onnx` and the tests.
 * - `oracle`: scikit-learn, against which the tests check the metrics.
 * - `baselines`: scikit-learn's models and skl2onnx.
 * - `peers`: the newest ONNX Runtime and onnx in Python, which computed what real models are checked against.
 * - `bench`: Keras on TensorFlow and PyTorch, which `congruent bench` measures against.
 * - `gpu`: TensorFlow built for CUDA, for `--device gpu`.
 * - `cuda`: NVIDIA's libraries for ONNX Runtime's CUDA provider.
 * - `compiler`: a C++ compiler, for machines without one.
 */
export const environmentNames = [
  "tensorflow",
  "export",
  "oracle",
  "baselines",
  "peers",
  "bench",
  "gpu",
  "cuda",
  "compiler",
] as const;

export type EnvironmentName = (typeof environmentNames)[number];

/** The set-up command that makes each environment. */
export const environmentSetup: Record<EnvironmentName, string> = {
  tensorflow: setUpCommand(),
  export: setUpCommand("--tf2onnx"),
  oracle: `npm test (or ${setUpCommand("--oracle")})`,
  baselines: `congruent train RECIPE, which makes it on first use (or ${setUpCommand("--classical")})`,
  peers: "npm run test:full -- real-models, which makes it on first use",
  bench: "congruent bench train, which makes it on first use",
  gpu: setUpCommand("--gpu"),
  cuda: setUpCommand("--cuda"),
  compiler: setUpCommand(),
};

/** What a finished environment's stamp says: written last, so that an interrupted set-up is seen and done again. */
export interface EnvironmentStamp {
  /** SHA-256 over lock, interpreter version and folder: a moved or outdated environment is made again. */
  key: string;
  python: string;
  packages: number;
}

/** `.venv/NAME`, there or not. */
export function environmentDirectory(name: EnvironmentName): string {
  return join(environmentsDirectory(), name);
}

/** The interpreter inside an environment's folder, there or not. */
export function environmentPython(directory: string): string {
  return process.platform === "win32"
    ? join(directory, "Scripts", "python.exe")
    : join(directory, "bin", "python");
}

/** Where the stamp lies inside an environment's folder. */
export function stampPath(directory: string): string {
  return join(directory, "congruent-stamp.json");
}

/** The stamp of a finished environment; `undefined` when set-up never ran or was interrupted. */
export function readStamp(directory: string): EnvironmentStamp | undefined {
  const path = stampPath(directory);
  if (!existsSync(path)) return undefined;
  try {
    return JSON.parse(readFileSync(path, "utf8")) as EnvironmentStamp;
  } catch {
    return undefined; // a stamp that is no JSON vouches for nothing: set-up makes the environment again
  }
}

/**
 * The interpreter of a finished environment.
 *
 * @throws CongruentError `E_PYTHON_ENV` (exit 3) when set-up has not made it.
 */
export function pythonEnvironment(name: EnvironmentName): { python: string } {
  const directory = environmentDirectory(name);
  const python = environmentPython(directory);
  if (readStamp(directory) && existsSync(python)) return { python };
  throw new CongruentError({
    code: "E_PYTHON_ENV",
    what: `the Python environment "${name}" is not set up (${directory})`,
    fix: environmentSetup[name],
    exit: 3,
  });
}

/**
 * Variables for a Python of these environments, on top of the process's own; `undefined` takes one away. Packages of the user's home must not stand
 * in for locked ones. What Python compiles is kept within the environment, also where containers turn that off: without it TensorFlow's two
 * thousand files are compiled at each start, which takes seconds.
 */
export function pythonVariables(name: EnvironmentName): Record<string, string | undefined> {
  return {
    PYTHONNOUSERSITE: "1",
    PYTHONPATH: undefined,
    PYTHONHOME: undefined,
    PYTHONUTF8: "1",
    PYTHONDONTWRITEBYTECODE: undefined,
    PYTHONPYCACHEPREFIX: join(environmentDirectory(name), "bytecode"),
  };
}
