import type { Contender } from "./contender.js";
import { pythonWorker } from "./python-worker.js";

/** Keras 3 on TensorFlow: with and without XLA, step by step and by `fit` with several steps in one call. */
export const keras: Contender = {
  name: "keras",
  title: "Keras",
  peer: true,
  configurations: () =>
    [false, true].flatMap((jit) => [
      { title: `train_on_batch, jit_compile=${python(jit)}`, values: { jit, loop: "batch" } },
      { title: `fit, steps_per_execution=8, jit_compile=${python(jit)}`, values: { jit, loop: "fit" } },
    ]),
  command: (jobFile) => pythonWorker("keras_worker.py", jobFile),
};

function python(value: boolean): string {
  return value ? "True" : "False";
}
