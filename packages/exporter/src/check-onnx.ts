import { fileURLToPath } from "node:url";
import { CongruentError } from "@congruent/core";
import { checked } from "@congruent/core/files";
import { runPython } from "@congruent/toolchain";
import { z } from "zod";

const script = fileURLToPath(new URL("../python/check_model.py", import.meta.url));

const answerSchema = z.object({
  onnx: z.string(),
  opsets: z.record(z.string(), z.int()),
  nodes: z.int(),
  /** Tensors whose shape could not be inferred. */
  withoutShape: z.array(z.string()),
});

/**
 * Checks a file with the onnx package's own checker and its strict shape inference.
 *
 * @throws CongruentError `E_ONNX_CHECK` with the checker's message.
 */
export async function checkOnnx(path: string, timeoutMs = 120_000): Promise<z.output<typeof answerSchema>> {
  let stdout: string;
  try {
    ({ stdout } = await runPython({ environment: "export", args: [script, path], timeoutMs }));
  } catch (error) {
    if (!(error instanceof CongruentError) || error.code !== "E_PYTHON_FAILED") throw error;
    throw new CongruentError({
      code: "E_ONNX_CHECK",
      what: `${path} does not pass the onnx checker: ${error.what}`,
      fix: "export again; a model made elsewhere must be repaired there",
      cause: error,
    });
  }
  return checked(JSON.parse(stdout), answerSchema, "the answer of check_model.py");
}
