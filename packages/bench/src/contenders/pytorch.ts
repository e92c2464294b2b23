import type { Contender } from "./contender.js";
import { pythonWorker } from "./python-worker.js";

/** PyTorch, eager, in both memory layouts where the network has convolutions, with both of its Adams. */
export const pytorch: Contender = {
  name: "pytorch",
  title: "PyTorch",
  peer: true,
  configurations: ({ convolutional }) =>
    ["contiguous", ...(convolutional ? ["channels_last"] : [])].flatMap((layout) => [
      { title: `${layout}, Adam(fused=True)`, values: { layout, fused: true } },
      { title: `${layout}, Adam()`, values: { layout, fused: false } },
    ]),
  command: (jobFile) => pythonWorker("torch_worker.py", jobFile),
};
