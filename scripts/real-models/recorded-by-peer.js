/** What Python's ONNX Runtime computes from the inputs that the report is about, compared with the reference. */
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { runProcess } from "../../packages/core/src/process/index.ts";
import { writeNpz } from "../../packages/datasets/src/index.ts";
import { readModel } from "../../packages/onnx/src/files.ts";
import { givenInputs, parity } from "../../packages/parity/src/parity.ts";
import { pythonEnvironment } from "../../packages/toolchain/src/index.ts";

const oracle = fileURLToPath(new URL("./oracle.py", import.meta.url));

/**
 * The cell of outputs that Python's ONNX Runtime computed, judged by the reference on the samples that it takes.
 *
 * @param {string} path of the ONNX file
 * @param {{ shapes: Record<string, number[]>, fills: string[], samples: number, once: boolean }} inputs as the report's
 */
export async function recordedByPeer(path, { shapes, fills, samples, once: whole }) {
  const { model } = await readModel(path);
  const folder = await mkdtemp(join(tmpdir(), "congruent-peer-"));
  const [inputs, outputs] = [join(folder, "inputs.npz"), join(folder, "outputs.npz")];
  try {
    const { tensors, batching } = await givenInputs(model, {
      model: path,
      inputs: "random",
      shapes,
      fills,
      samples,
    });
    await writeFile(inputs, writeNpz(tensors));
    const once = whole || batching?.mode === "once";
    const { exitCode, stderr } = await runProcess({
      command: pythonEnvironment("peers").python,
      args: [oracle, path, inputs, outputs, ...(once ? [] : ["--by-row"])],
      timeoutMs: 300_000,
    });
    if (exitCode !== 0) throw new Error(`Python's ONNX Runtime refuses ${path}: ${stderr}`);
    const report = await parity({
      model: path,
      inputs,
      expected: outputs,
      once,
      runtimes: ["reference"],
      sampleLimit: { reference: samples },
    });
    return report.cells.find(({ runtime }) => runtime === "recorded");
  } finally {
    await rm(folder, { recursive: true });
  }
}
