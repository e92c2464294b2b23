/** What every runner must do, whatever runtime it stands for. */
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { CongruentError, tensor } from "@congruent/core";
import { encodeModel, makeGraph, makeModel, makeNode, makeTensorValueInfo } from "@congruent/onnx";
import { tinyClassifier, tinyProbabilities } from "@congruent/onnx/testing";
import { afterAll, beforeAll, describe, expect, it } from "@jest/globals";
import type { Runner, RunnerJob, RunnerResult } from "../runner.js";

export interface RunnerCase {
  runner: Runner;
  /** The execution provider that it must prove its nodes to have run on; absent for a runtime that does not tell. */
  provider?: string;
  /** What this runner needs of a job besides the model. */
  job?: (directory: string) => Promise<Partial<RunnerJob>>;
  /** Whether it reads the ONNX file itself: then a broken one must be named. */
  readsModel: boolean;
  /** Why the machine may lack it: the suite then holds it to a clean refusal instead. Absent for runtimes that are always there. */
  mayLack?: string;
}

const SAMPLES = 5;

/** The sum of rows · row: two inputs of different first axes, an output without any. */
function oneNumber(): Uint8Array {
  return encodeModel(
    makeModel(
      makeGraph(
        [
          makeNode("Mul", ["rows", "row"], ["products"]),
          makeNode("ReduceSum", ["products"], ["sum"], { attributes: { keepdims: 0n } }),
        ],
        "one number",
        [makeTensorValueInfo("row", "float32", [3]), makeTensorValueInfo("rows", "float32", ["n", 3])],
        [makeTensorValueInfo("sum", "float32", [])],
      ),
    ),
  );
}

export function describeRunner({ runner, job: extra, readsModel, mayLack, provider }: RunnerCase): void {
  describe(`runner ${runner.name}`, () => {
    let directory: string;
    let job: RunnerJob;
    /** One full run, which several tests look at: starting a runtime is what takes time. */
    let result: RunnerResult | null = null;
    let absent: CongruentError | null = null;

    beforeAll(async () => {
      directory = await mkdtemp(join(tmpdir(), "runner-"));
      const modelPath = join(directory, "model.onnx");
      await writeFile(modelPath, tinyClassifier().bytes);
      const pixels = Float32Array.from({ length: SAMPLES * 4 }, (_, i) => (i * 53) % 256);
      job = {
        modelPath,
        layersDirectory: null,
        webApp: null,
        inputs: { pixels: tensor("float32", pixels, [SAMPLES, 2, 2, 1]) },
        batchSize: 2,
        wholeBatches: false,
        cap: null,
        timeoutMs: 150_000,
        ...(await extra?.(directory)),
      };
      try {
        result = await runner.run(job);
      } catch (error) {
        if (mayLack === undefined || !(error instanceof CongruentError) || error.exit !== 3) throw error;
        absent = error;
        console.log(`${runner.name} is absent here, so only its refusal is tested (${mayLack})`);
      }
    });
    afterAll(() => rm(directory, { recursive: true }));

    it("computes what the formula says, or refuses with exit 3 and a remedy", async () => {
      if (!result) {
        expect(absent).toMatchObject({ exit: 3, fix: expect.stringMatching(/./) });
        return;
      }
      const { outputs, samples, versions, seconds } = result;
      const { probabilities, label } = outputs;
      expect(samples).toBe(SAMPLES);
      expect(probabilities).toMatchObject({ dtype: "float32", dims: [SAMPLES, 3] });
      expect(label).toMatchObject({ dtype: "int64", dims: [SAMPLES] });
      const pixels = job.inputs.pixels?.data as Float32Array;
      for (let n = 0; n < SAMPLES; n++) {
        const wanted = tinyProbabilities(pixels.subarray(n * 4, n * 4 + 4));
        for (let k = 0; k < 3; k++) {
          // A few float32 roundings of values up to 1.
          expect(Math.abs(Number(probabilities?.data[n * 3 + k]) - (wanted[k] as number))).toBeLessThan(
            2 ** -20,
          );
        }
        expect(label?.data[n]).toBe(BigInt(wanted.indexOf(Math.max(...wanted))));
      }
      expect(Object.keys(versions).length).toBeGreaterThan(0);
      expect(seconds).toBeGreaterThanOrEqual(0);
    });

    it("proves where its nodes ran, or says that it does not tell", () => {
      if (!result) return;
      const { placement = null } = result;
      if (provider === undefined) {
        expect(placement).toBeNull();
        return;
      }
      expect(placement).toMatchObject({ expected: provider, fallbacks: [] });
      // The tiny classifier has five nodes, which an optimizer may fuse or add to.
      expect(placement?.providers[provider]).toBeGreaterThanOrEqual(2);
    });

    it("leaves the graph as it is when told to", async () => {
      if (absent || provider === undefined) return;
      const { placement, optimization } = await runner.run({ ...job, optimization: "disabled" });
      expect(optimization).toBe("disabled");
      expect(placement?.providers[provider]).toBe(tinyClassifier().model.graph?.node.length);
    });

    it("runs the first samples alone when there is a cap, and times each batch", async () => {
      if (absent) return;
      const { outputs, samples, placement, timings } = await runner.run({ ...job, cap: 3, timed: true });
      expect([samples, outputs.probabilities?.dims]).toEqual([3, [3, 3]]);
      expect(placement ?? null).toBeNull();
      if (provider === undefined) return;
      expect(timings?.runs.map((run) => run > 0)).toEqual([true, true]);
      expect(timings?.load).toBeGreaterThan(0);
    });

    it("runs whole batches alone of a model that fixes them", async () => {
      if (absent) return;
      const { outputs, samples } = await runner.run({ ...job, wholeBatches: true });
      expect([samples, outputs.probabilities?.dims]).toEqual([4, [4, 3]]);
    });

    it("runs a model once on everything when told, whatever its first axes mean", async () => {
      if (absent || !readsModel) return;
      const modelPath = join(directory, "once.onnx");
      await writeFile(modelPath, oneNumber());
      const inputs = {
        row: tensor("float32", Float32Array.of(1, 2, 3), [3]),
        rows: tensor("float32", Float32Array.of(1, 1, 1, 2, 2, 2), [2, 3]),
      };
      const { outputs } = await runner.run({ ...job, modelPath, inputs, batchSize: null });
      expect(outputs).toEqual({ sum: tensor("float32", Float32Array.of(18), []) });
    });

    it("gives up at the time limit", async () => {
      if (absent) return;
      await expect(runner.run({ ...job, timeoutMs: 1 })).rejects.toMatchObject({ code: "E_TIMEOUT" });
    });

    it("names a broken model", async () => {
      if (absent || !readsModel) return;
      const modelPath = join(directory, "broken.onnx");
      await writeFile(modelPath, tinyClassifier().bytes.subarray(0, 60));
      await expect(runner.run({ ...job, modelPath })).rejects.toMatchObject({
        code: "E_ONNX_INVALID",
        exit: 2,
      });
    });
  });
}
