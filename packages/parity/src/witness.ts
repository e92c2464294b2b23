/** What a run is worth as a witness. Safe in a browser. */
import { type Kernels, runtimeDefinition, runtimeDefinitions } from "@congruent/core";
import type { ParityCell, Placement } from "@congruent/core/schemas";

type Ran = Pick<ParityCell, "runtime" | "kernels" | "placement">;

/** Operators whose arithmetic a model stands for; the others move, compare or shape values. */
const HEAVY = /Conv|MatMul|Gemm|LSTM|GRU|RNN|Attention|Einsum|TreeEnsemble/;

const CPU = "CPUExecutionProvider";

/**
 * Whose mistakes a run would make. A run on a GPU whose sums were computed by the CPU's kernels is no witness beside the CPU.
 *
 * @example
 * ```ts
 * const fallbacks = [{ node: "conv", opType: "Conv", provider: "CPUExecutionProvider" }];
 * const placement = { source: "", expected: "WebGpuExecutionProvider", providers: { CPUExecutionProvider: 1 }, fallbacks };
 * witnessFamily({ runtime: "node-webgpu", kernels: "ort-webgpu", placement }); // => "ort-cpu-native"
 * witnessFamily({ runtime: "node-webgpu", kernels: "ort-webgpu", placement: null }); // => "ort-webgpu"
 * ```
 */
export function witnessFamily({ runtime, kernels, placement }: Ran): Kernels {
  if (!placement || elsewhere(placement).length === 0) return kernels;
  const { platform } = runtimeDefinition(runtime);
  const cpu = runtimeDefinitions.find((each) => each.platform === platform && each.ort?.profileName === CPU);
  return cpu ? runtimeDefinition(cpu.name).kernels : kernels;
}

/** The nodes for whose sake a run is not what its name says: heavy ones, or all where none is heavy. */
export function elsewhere({ providers, fallbacks }: Placement): Placement["fallbacks"] {
  const onCpu = fallbacks.filter(({ provider }) => provider === CPU);
  const heavy = onCpu.filter(({ opType }) => HEAVY.test(opType));
  if (heavy.length > 0) return heavy;
  const total = Object.values(providers).reduce((sum, count) => sum + count, 0);
  return onCpu.length === total ? onCpu : [];
}

/** Whether the graph ran as it is in the file: nothing rewrote it. Where it is not known, it was rewritten. */
export function isPlain({ runtime, optimization }: Pick<ParityCell, "runtime" | "optimization">): boolean {
  return runtimeDefinition(runtime).optimizer === null || optimization === "disabled";
}
