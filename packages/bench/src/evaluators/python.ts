import { pythonWorker } from "../contenders/python-worker.js";
import type { Evaluator } from "./evaluator.js";

/** Python's onnxruntime, with NumPy for the accuracy and the confusion matrix; the best of three batch sizes. */
export const python: Evaluator = {
  name: "python",
  title: "Python onnxruntime",
  peer: true,
  configurations: () => [64, 256, 1000].map((batch) => ({ title: `batches of ${batch}`, values: { batch } })),
  command: (jobFile) => pythonWorker("evaluation_worker.py", jobFile),
};
