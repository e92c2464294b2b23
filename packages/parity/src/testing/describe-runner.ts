/** What every runner must do, whatever runtime it stands for. */
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { runtimeDefinition, runtimeId, tensor } from "@congruent/core";
import { describeIf } from "@congruent/core/testing";
import { encodeModel, makeGraph, makeModel, makeNode, makeTensorValueInfo } from "@congruent/onnx";
import { tinyClassifier, tinyProbabilities } from "@congruent/onnx/testing";
import { afterAll, beforeAll, describe, expect, it } from "@jest/globals";
import type { Runner, RunnerJob, RunnerResult } from "../runner.js";

export interface RunnerCase {
  runner: Runner;
  /** What this runner needs of a job besides the model. */
  job?: (directory: string) => Promise<Partial<RunnerJob>>;
  /** Whether it reads the ONNX file itself: then a broken one must be named. */
  readsModel: boolean;
  /**
   * Why this machine cannot run it, known before any test is defined; null where it can. The suite is skipped then, with this reason in
   * its name, and a clean refusal is tested instead.
   */
  absent: string | null;
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

export function describeRunner({ runner, job: extra, readsModel, absent }: RunnerCase): void {
  const id = runtimeId(runner);
  const ort = readsModel ? runtimeDefinition(runner.runtime).ort : null;
  let directory: string;
  let job: RunnerJob;
  const prepare = async () => {
    directory = await mkdtemp(join(tmpdir(), "runner-"));
    const modelPath = join(directory, "model.onnx");
    await writeFile(modelPath, tinyClassifier().bytes);
    const pixels = Float32Array.from({ length: SAMPLES * 4 }, (_, i) => (i * 53) % 256);
    job = {
      modelPath,
      layersDirectory: null,
      webApp: null,
      inputs: { pixels: tensor("float32", pixels, [SAMPLES, 2, 2, 1]) },
      batching: { mode: "split", size: 2 },
      cap: null,
      timeoutMs: 150_000,
      ...(await extra?.(directory)),
    };
  };
  const cleanUp = () => rm(directory, { recursive: true });

  if (absent !== null) {
    describe(`runner ${id}, which is absent here`, () => {
      beforeAll(prepare);
      afterAll(cleanUp);

      it("refuses with exit 3 and a remedy", async () => {
        await expect(runner.run(job)).rejects.toMatchObject({ exit: 3, fix: expect.stringMatching(/./) });
      });
    });
  }

  describeIf(absent === null, absent ?? "")(`runner ${id}`, () => {
    /** One full run, which several tests look at: starting a runtime is what takes time. */
    let result: RunnerResult;
    /** Another one, of whole batches and without the optimizer: the two have nothing to do with each other. */
    let asWritten: Promise<RunnerResult> | undefined;
    const runAsWritten = () => {
      asWritten ??= runner.run({
        ...job,
        batching: { mode: "fixed", size: 2 },
        ...(ort !== null && { optimization: "disabled" }),
      });
      return asWritten;
    };

    beforeAll(async () => {
      await prepare();
      result = await runner.run(job);
    });
    afterAll(cleanUp);

    it("computes what the formula says", async () => {
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
      const { placement = null } = result;
      if (ort === null) {
        expect(placement).toBeNull();
        return;
      }
      expect(placement).toMatchObject({ expected: ort.profileName, fallbacks: [] });
      // The tiny classifier has five nodes, which an optimizer may fuse or add to.
      expect(placement?.providers[ort.profileName]).toBeGreaterThanOrEqual(2);
    });

    if (ort !== null) {
      it("leaves the graph as it is when told to", async () => {
        const { placement, optimization } = await runAsWritten();
        expect(optimization).toBe("disabled");
        expect(placement?.providers[ort.profileName]).toBe(tinyClassifier().model.graph?.node.length);
      });
    }

    it("runs the first samples alone when there is a cap, and times each batch", async () => {
      const { outputs, samples, placement, timings } = await runner.run({ ...job, cap: 3, timed: true });
      expect([samples, outputs.probabilities?.dims]).toEqual([3, [3, 3]]);
      expect(placement ?? null).toBeNull();
      if (ort === null) return;
      expect(timings?.runs.map((run) => run > 0)).toEqual([true, true]);
      expect(timings?.load).toBeGreaterThan(0);
    });

    it("runs whole batches alone of a model that fixes them", async () => {
      const { outputs, samples } = await runAsWritten();
      expect([samples, outputs.probabilities?.dims]).toEqual([4, [4, 3]]);
    });

    it("gives up at the time limit", async () => {
      await expect(runner.run({ ...job, timeoutMs: 1 })).rejects.toMatchObject({ code: "E_TIMEOUT" });
    });

    if (!readsModel) return;

    it("runs a model once on everything when told, whatever its first axes mean", async () => {
      const modelPath = join(directory, "once.onnx");
      await writeFile(modelPath, oneNumber());
      const inputs = {
        row: tensor("float32", Float32Array.of(1, 2, 3), [3]),
        rows: tensor("float32", Float32Array.of(1, 1, 1, 2, 2, 2), [2, 3]),
      };
      const { outputs } = await runner.run({ ...job, modelPath, inputs, batching: { mode: "once" } });
      expect(outputs).toEqual({ sum: tensor("float32", Float32Array.of(18), []) });
    });

    it("names a broken model", async () => {
      const modelPath = join(directory, "broken.onnx");
      await writeFile(modelPath, tinyClassifier().bytes.subarray(0, 60));
      await expect(runner.run({ ...job, modelPath })).rejects.toMatchObject({
        code: "E_ONNX_INVALID",
        exit: 2,
      });
    });
  });
}
