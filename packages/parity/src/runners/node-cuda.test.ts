import { describeRunner } from "./describe-runner.test.suite.js";
import { nodeCuda } from "./node-cuda.js";

describeRunner({
  runner: nodeCuda,
  readsModel: true,
  provider: "CUDAExecutionProvider",
  mayLack: "no NVIDIA GPU, or set-up without --cuda",
});
