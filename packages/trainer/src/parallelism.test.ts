import { availableParallelism } from "node:os";
import { computingThreads, loadTensorFlow } from "@congruent/toolchain";
import { afterEach, expect, it } from "@jest/globals";
import { parallelismOf } from "./parallelism.js";

const VARIABLE = "TF_NUM_INTRAOP_THREADS";
const before = process.env[VARIABLE];
afterEach(() => {
  if (before === undefined) delete process.env[VARIABLE];
  else process.env[VARIABLE] = before;
});

const sideBySide = (batchSize: number) => parallelismOf({ sideBySide: true, batchSize });

// In one test, since TensorFlow is loaded once in a process.
it("divides the threads among parts of at least 32 examples, until TensorFlow is loaded for another division", async () => {
  delete process.env[VARIABLE];
  expect(parallelismOf({ sideBySide: false, batchSize: 64 })).toEqual({
    batchParts: 1,
    threads: availableParallelism(),
  });
  process.env[VARIABLE] = "1";
  expect(sideBySide(64)).toEqual({ batchParts: 1, threads: 1 });
  process.env[VARIABLE] = "4";
  expect(sideBySide(256)).toEqual({ batchParts: 4, threads: 1 });
  expect(sideBySide(64)).toEqual({ batchParts: 2, threads: 2 });
  expect(sideBySide(63)).toEqual({ batchParts: 1, threads: 4 });
  expect(sideBySide(1)).toEqual({ batchParts: 1, threads: 4 });

  // Whoever comes second, at the same moment, gets what the first has loaded.
  await Promise.all([2, 3].map((threads) => loadTensorFlow({ device: "cpu", threads })));
  expect(process.env[VARIABLE]).toBe("4");
  expect(computingThreads()).toBe(2);
  expect(sideBySide(64)).toEqual({ batchParts: 2, threads: 2 });
  expect(sideBySide(256)).toEqual({ batchParts: 1, threads: 2 });
  expect(parallelismOf({ sideBySide: false, batchSize: 64 })).toEqual({ batchParts: 1, threads: 2 });
});
