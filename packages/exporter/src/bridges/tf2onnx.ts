import { existsSync } from "node:fs";
import { rm } from "node:fs/promises";
import { join } from "node:path";
import { CongruentError } from "@congruent/core";
import { runPython } from "@congruent/toolchain";

/** The newest operator set that tf2onnx 1.17 writes. */
export const OPSET = 18;

export interface Tf2onnxOptions {
  /** Folder with a saved_model.pb whose signature `serving_default` is to be converted. */
  savedModel: string;
  /** The .onnx file to write. */
  out: string;
  /** The file for everything that tf2onnx prints, also when it fails. */
  logFile: string;
  opset?: number;
  /** Milliseconds. */
  timeoutMs?: number;
}

/**
 * Converts a SavedModel by the command line of tf2onnx, as a child process.
 *
 * @throws CongruentError `E_SAVED_MODEL`: there is none; `E_TF2ONNX`: it failed, with the end of the log and its
 * path; `E_PYTHON_ENV` (exit 3): it is not installed; `E_PYTHON_TIMEOUT`.
 */
export async function tf2onnx(options: Tf2onnxOptions): Promise<void> {
  const { savedModel, out, logFile, opset = OPSET, timeoutMs = 300_000 } = options;
  if (!existsSync(join(savedModel, "saved_model.pb"))) {
    throw new CongruentError({
      code: "E_SAVED_MODEL",
      what: `there is no saved_model.pb in ${savedModel}`,
      expected: "the folder of a SavedModel",
      fix: "train again, or name the folder that holds saved_model.pb",
    });
  }
  await rm(out, { force: true });
  try {
    await runPython({
      environment: "export",
      args: [
        "-m",
        "tf2onnx.convert",
        ...["--saved-model", savedModel],
        ...["--signature_def", "serving_default"],
        ...["--tag", "serve"],
        ...["--opset", String(opset)],
        ...["--output", out],
      ],
      env: { TF_CPP_MIN_LOG_LEVEL: "2", CUDA_VISIBLE_DEVICES: "" },
      timeoutMs,
      logFile,
    });
  } catch (error) {
    if (!(error instanceof CongruentError) || error.code !== "E_PYTHON_FAILED") throw error;
    throw failed(`tf2onnx could not convert ${savedModel}: ${error.what}`, logFile, error);
  }
  if (!existsSync(out)) throw failed(`tf2onnx ended without an error and without writing ${out}`, logFile);
}

function failed(what: string, logFile: string, cause?: unknown): CongruentError {
  return new CongruentError({
    code: "E_TF2ONNX",
    what,
    fix: `read the log (${logFile}); a layer without a counterpart in ONNX is named there`,
    cause,
  });
}
