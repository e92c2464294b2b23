import { type LayersModel, predictInBatches, type TensorFlow } from "@congruent/layers";
import type { Runner } from "@congruent/parity";

/** A layers model in memory as the runtime `tfjs`: the one that is exported, not what was saved of it. */
export function sourceRunner(tf: TensorFlow, model: LayersModel): Runner {
  return {
    runtime: "tfjs",
    browser: null,
    wholeOnly: true,
    async run({ inputs, batching }) {
      const start = performance.now();
      const prediction = predictInBatches(tf, model, { inputs, batching });
      const samples = batching.mode === "once" ? 1 : (Object.values(inputs)[0]?.dims[0] ?? 0);
      return { ...prediction, samples, adapter: null, seconds: (performance.now() - start) / 1000 };
    },
  };
}
