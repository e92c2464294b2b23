/** Runs that were stopped early have fewer samples than others. That alone says nothing of their numbers. */
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type Tensor, tensor } from "@congruent/core";
import { timeLimits } from "@congruent/core/testing";
import { tinyClassifier } from "@congruent/onnx/testing";
import { afterAll, beforeAll, describe, expect, it, jest } from "@jest/globals";
import fc from "fast-check";
import { fake } from "./fixtures/fake-runner.js";
import { type Runner, runParity } from "./index.js";

jest.setTimeout(timeLimits.programs);

const SAMPLES = 12;
const pixels = Float32Array.from({ length: SAMPLES * 4 }, (_, i) => (i * 53) % 256);
const inputs = { source: "pictures", tensors: { pixels: tensor("float32", pixels, [SAMPLES, 2, 2, 1]) } };

let directory: string;
let modelPath: string;
beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), "stopped-early-"));
  modelPath = join(directory, "model.onnx");
  await writeFile(modelPath, tinyClassifier().bytes);
});
afterAll(() => rm(directory, { recursive: true }));

/** Stopped after some samples; those of a few that it is asked about again it does all. */
const stoppedAfter = (done: number, runner: Runner): Runner => ({
  ...runner,
  run: async (job) => {
    const given = job.inputs.pixels?.dims[0] ?? 0;
    const result = await runner.run(given < SAMPLES ? job : { ...job, cap: Math.min(done, job.cap ?? done) });
    return { ...result, cut: given < SAMPLES || done === SAMPLES ? null : { of: SAMPLES, seconds: 5 } };
  },
});

/** Has no bound for elements of those classes. */
const reference = (unknown: readonly number[], allowed: number): Runner => ({
  ...fake("reference"),
  isReference: true,
  run: async (job) => {
    const result = await fake("reference").run(job);
    const { data, dims } = result.outputs.probabilities as Tensor<"float32">;
    const errors = Float64Array.from(data, (_, i) =>
      unknown.includes(i % 3) ? Number.POSITIVE_INFINITY : allowed,
    );
    const exact = tensor("float64", Float64Array.from(data), dims);
    return {
      ...result,
      bounds: { probabilities: { exact, errors: tensor("float64", errors, dims), why: "for this test" } },
    };
  },
});

const others = ["tfjs", "node-cpu", "web-wasm", "node-webgpu"] as const;
const counts = fc.tuple(
  ...Array.from({ length: others.length + 1 }, () => fc.integer({ min: 1, max: SAMPLES })),
);
const unknown = fc.constantFrom<readonly number[]>([], [1], [0, 1, 2]);

describe("runs that were stopped early", () => {
  it("fail in no order and number of samples, where all that they did is right", async () => {
    await fc.assert(
      fc.asyncProperty(counts, unknown, async ([judged = 1, ...done], classes) => {
        const runners = others.map((id, index) => stoppedAfter(done[index] as number, fake(id)));
        const report = await runParity({
          modelPath,
          inputs,
          runners: [stoppedAfter(judged, reference(classes, 1e-6)), ...runners],
        });
        expect(
          report.cells.map(({ runtime, reason, status }) => [runtime, status, reason]),
        ).not.toContainEqual([expect.anything(), "fail", expect.anything()]);
      }),
      { numRuns: 100, seed: 7 },
    );
  });

  it("fail where one of their samples is wrong that another one did", async () => {
    await fc.assert(
      fc.asyncProperty(counts, fc.nat(others.length - 1), async ([judged = 1, ...done], guilty) => {
        const wrongAt = (done[guilty] as number) - 1;
        const runners = others.map((id, index) =>
          stoppedAfter(
            done[index] as number,
            fake(id, (data) => {
              // Asked about one sample alone, the reference sees that sample first.
              if (index === guilty && data.length > wrongAt * 3)
                data[wrongAt * 3] = (data[wrongAt * 3] as number) + 0.3;
            }),
          ),
        );
        const report = await runParity({
          modelPath,
          inputs,
          runners: [stoppedAfter(judged, reference([], 1e-6)), ...runners],
        });
        const seen = judged > wrongAt || done.some((count, index) => index !== guilty && count > wrongAt);
        const failed = report.cells.filter(({ status }) => status === "fail").map(({ runtime }) => runtime);
        expect(failed).toEqual(seen ? [others[guilty]] : []);
      }),
      { numRuns: 100, seed: 7 },
    );
  });

  it("do not pass without a reference where one of their samples is wrong that another one did", async () => {
    await fc.assert(
      fc.asyncProperty(
        counts,
        fc.nat(others.length - 1),
        fc.boolean(),
        async ([, ...done], guilty, wrong) => {
          const wrongAt = wrong ? (done[guilty] as number) - 1 : SAMPLES;
          const runners = others.map((id, index) =>
            stoppedAfter(
              done[index] as number,
              fake(id, (data) => {
                if (index === guilty && data.length > wrongAt * 3)
                  data[wrongAt * 3] = (data[wrongAt * 3] as number) + 0.3;
              }),
            ),
          );
          const report = await runParity({ modelPath, inputs, runners });
          const seen = done.some((count, index) => index !== guilty && count > wrongAt);
          const failed = report.cells.filter(({ status }) => status === "fail").map(({ runtime }) => runtime);
          // A witness that was added is the same runtime once more.
          expect([...new Set(failed)]).toEqual(failed.length > 0 && wrong ? [others[guilty]] : []);
          expect([report.verdict === "pass", seen && wrong]).not.toEqual([true, true]);
        },
      ),
      { numRuns: 100, seed: 7 },
    );
  });
});
