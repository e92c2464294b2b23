/** @needs tensorflow */

import { timeLimits } from "@congruent/core/testing";
import { availableThreads, computingThreads, loadTensorFlow } from "@congruent/toolchain";
import { afterEach, expect, it, jest } from "@jest/globals";
import { computationAgain, computationOf, kernelsOf } from "./computation.js";
import { processorFlags } from "./processor-flags.js";

jest.setTimeout(timeLimits.training);

const VARIABLE = "TF_NUM_INTRAOP_THREADS";
const before = process.env[VARIABLE];
afterEach(() => {
  if (before === undefined) delete process.env[VARIABLE];
  else process.env[VARIABLE] = before;
});

const graph = { sideBySide: true, engine: "graph" } as const;
const sideBySide = (batchSize: number) => computationOf({ ...graph, batchSize });
const kernels = kernelsOf(processorFlags());

// In one test, since TensorFlow is loaded once in a process.
it("gives each thread a part of at least 32 examples, until TensorFlow is loaded otherwise", async () => {
  delete process.env[VARIABLE];
  const whole = { ...graph, sideBySide: false, batchSize: 256 };
  expect(computationOf(whole)).toEqual({ batchParts: 1, threads: availableThreads(), kernels });
  process.env[VARIABLE] = "1";
  expect(sideBySide(64)).toEqual({ batchParts: 1, threads: 1, kernels });
  // 64 cores: as many parts only where each gets enough examples.
  process.env[VARIABLE] = "64";
  expect(sideBySide(2048)).toEqual({ batchParts: 64, threads: 1, kernels });
  expect(sideBySide(64)).toEqual({ batchParts: 1, threads: 64, kernels });
  process.env[VARIABLE] = "4";
  expect(sideBySide(256)).toEqual({ batchParts: 4, threads: 1, kernels });
  expect(sideBySide(128)).toEqual({ batchParts: 4, threads: 1, kernels });
  expect(sideBySide(127)).toEqual({ batchParts: 1, threads: 4, kernels });
  expect(sideBySide(1)).toEqual({ batchParts: 1, threads: 4, kernels });
  expect(computationOf({ ...graph, batchSize: 256, engine: "eager" }).batchParts).toBe(1);
  expect(computationOf({ ...graph, batchSize: 256, device: "gpu" }).batchParts).toBe(1);
  // As a training was begun, whatever this machine would choose.
  for (const noted of ["own", "tensorflow"] as const) {
    const begun = { batchParts: 2, threads: 3, kernels: noted };
    expect(computationAgain(begun)).toEqual(begun);
  }
  // Checkpoints of earlier versions note less.
  const earlier = { batchParts: 1, kernels: "tensorflow" };
  expect(computationAgain({ threads: 2 })).toEqual({ ...earlier, threads: 2 });
  expect(computationAgain({})).toEqual({ ...earlier, threads: 4 });

  // Whoever comes second, at the same moment, gets what the first has loaded.
  await Promise.all([2, 3].map((threads) => loadTensorFlow({ device: "cpu", threads })));
  expect(process.env[VARIABLE]).toBe("4");
  expect(computingThreads()).toBe(2);
  expect(sideBySide(256)).toEqual({ batchParts: 1, threads: 2, kernels });
  expect(computationOf(whole)).toEqual({ batchParts: 1, threads: 2, kernels });
  expect(computationAgain({ batchParts: 4, threads: 1 })).toMatchObject({ batchParts: 4, threads: 2 });
  for (const threads of [0, 1.5, Number.NaN, 2 ** 31]) {
    await expect(loadTensorFlow({ device: "cpu", threads })).rejects.toMatchObject({ code: "E_THREADS" });
  }
});

it("takes this project's kernels only where AVX2 is the widest instruction set", () => {
  const choices: [string[], string][] = [
    [["sse4_2", "avx"], "tensorflow"],
    [["avx2"], "tensorflow"],
    [["avx2", "fma"], "own"],
    [["avx2", "fma", "avx512f"], "tensorflow"],
    [[], "tensorflow"],
  ];
  for (const [flags, chosen] of choices) expect(kernelsOf(flags)).toBe(chosen);
});
