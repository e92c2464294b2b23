import { availableParallelism } from "node:os";
import { expect, it } from "@jest/globals";
import { nodeWorker } from "./node-worker.js";

it("gives TensorFlow the threads that the others are told to use", () => {
  for (const script of [undefined, "sprint.js"]) {
    expect(nodeWorker("job.json", script).env).toMatchObject({
      TF_NUM_INTRAOP_THREADS: String(availableParallelism()),
    });
  }
});
