import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import type { StepProfile } from "@congruent/core/schemas";
import { operatorsLibrary, runPython } from "@congruent/toolchain";
import { nodeWorker } from "./contenders/node-worker.js";
import { prepareJob } from "./job.js";
import { threads } from "./machine.js";
import { Worker } from "./worker.js";

export interface ProfileStepOptions {
  /** A key of the zoo. */
  network: string;
  batchSize?: number;
  precision?: "float32" | "mixedBfloat16";
  /** How many steps are traced. */
  steps?: number;
  timeoutMs?: number;
  seed?: number;
}

/** What profile_step.py prints. */
interface Traced {
  milliseconds: number;
  nodes: { name: string; operator: string; milliseconds: number }[];
  tensorflow: string;
}

/** How many nodes are named one by one. */
const NAMED = 15;

/**
 * Captures a network's training step and lets TensorFlow trace it: what it ran, after whatever it fused, and how long
 * each operator took. The graph is the trainer's own; Python only holds the stop-watch, since tfjs-node has none.
 *
 * @throws CongruentError `E_BENCH_WORKER`, `E_PYTHON_ENV`, `E_PYTHON_FAILED`
 * @example
 * ```ts no-run
 * const { operators } = await profileStep({ network: "lenet" });
 * operators[0]; // { operator: "_MklNativeConv2DBackpropFilter", nodes: 2, milliseconds: 0.9 }
 * ```
 */
export async function profileStep(options: ProfileStepOptions): Promise<StepProfile> {
  const {
    network,
    batchSize = 64,
    precision = "float32",
    steps = 20,
    timeoutMs = 300_000,
    seed = 42,
  } = options;
  const prepared = await prepareJob({ network, batchSize, seed, threads });
  try {
    const graphDirectory = join(prepared.folder, "graph");
    const captured = await prepared.write("profile", { engine: "graph", precision, graphDirectory });
    const { worker, ready } = await Worker.start(nodeWorker(captured), timeoutMs);
    await worker.end();
    const { batchParts, threads: perOperator } = ready.computation ?? { batchParts: 1, threads };
    const job = join(prepared.folder, "trace.json");
    await writeFile(
      job,
      JSON.stringify({
        ...prepared.job,
        graphDirectory,
        perOperator,
        steps,
        operators: operatorsLibrary("cpu"),
      }),
    );
    const script = fileURLToPath(new URL("../python/profile_step.py", import.meta.url));
    const { stdout } = await runPython({ environment: "export", args: [script, job], timeoutMs });
    const traced = JSON.parse(stdout.trim().split("\n").at(-1) as string) as Traced;
    const nodes = traced.nodes.sort((a, b) => b.milliseconds - a.milliseconds);
    return {
      schema: "congruent/step-profile@1",
      network,
      batchSize,
      threads,
      batchParts,
      steps,
      tensorflow: traced.tensorflow,
      milliseconds: traced.milliseconds,
      operators: byOperator(nodes),
      nodes: nodes.slice(0, NAMED),
    };
  } finally {
    await prepared.remove();
  }
}

/**
 * Time by operator, the costliest first.
 *
 * @example
 * ```ts
 * const node = (name: string, operator: string, milliseconds: number) => ({ name, operator, milliseconds });
 * byOperator([node("a", "MatMul", 2), node("b", "Relu", 1), node("c", "MatMul", 3)]);
 * // => [{ operator: "MatMul", nodes: 2, milliseconds: 5 }, { operator: "Relu", nodes: 1, milliseconds: 1 }]
 * ```
 */
export function byOperator(nodes: readonly StepProfile["nodes"][number][]): StepProfile["operators"] {
  const sums = new Map<string, StepProfile["operators"][number]>();
  for (const { operator, milliseconds } of nodes) {
    const sum = sums.get(operator) ?? { operator, nodes: 0, milliseconds: 0 };
    sums.set(operator, { operator, nodes: sum.nodes + 1, milliseconds: sum.milliseconds + milliseconds });
  }
  return [...sums.values()].sort((a, b) => b.milliseconds - a.milliseconds);
}
