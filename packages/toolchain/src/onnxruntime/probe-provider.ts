/** Child process: `node probe-provider.js webgpu|cuda` exits with 0 when that execution provider computes a sum. */
import { createRequire } from "node:module";

/** An ONNX model with one node, y = x + x, over float32 [1]. */
const DOUBLE = "CAg6NQoOCgF4CgF4EgF5IgNBZGQSAWdaDwoBeBIKCggIARIECgIIAWIPCgF5EgoKCAgBEgQKAggBQgQKABAN";

interface Ort {
  Tensor: new (type: "float32", data: Float32Array, dims: number[]) => { data: Float32Array };
  InferenceSession: {
    create(
      model: Uint8Array,
      options: { executionProviders: string[]; logSeverityLevel: number },
    ): Promise<{ run(feeds: Record<string, unknown>): Promise<Record<string, { data: Float32Array }>> }>;
  };
}

// The library reports usage to its maker unless it is told not to before it is loaded.
process.env.ORT_DISABLE_TELEMETRY ??= "1";

// Only whether the library works is asked here; models are run by packages/runtime.
const ort = createRequire(import.meta.url)("onnxruntime-node") as Ort;

try {
  const provider = process.argv[2] ?? "cpu";
  const session = await ort.InferenceSession.create(Buffer.from(DOUBLE, "base64"), {
    executionProviders: [provider],
    logSeverityLevel: 4,
  });
  const { y } = await session.run({ x: new ort.Tensor("float32", new Float32Array([21]), [1]) });
  if (y?.data[0] !== 42) throw new Error(`21 + 21 gave ${y?.data[0]}`);
  process.exit(0);
} catch (error) {
  const message = error instanceof Error ? error.message : String(error);
  process.stderr.write(`${message.trim().split("\n").at(-1)}\n`, () => process.exit(1));
}
