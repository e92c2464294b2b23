/** @needs tensorflow baselines browser web */

import { existsSync, readFileSync } from "node:fs";
import { mkdtemp, readdir, rm, stat } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type StudyResult, studySchema } from "@congruent/core/schemas";
import { timeLimits } from "@congruent/core/testing";
import { studies } from "@congruent/studies";
import { afterAll, beforeAll, expect, it, jest } from "@jest/globals";
import { execa } from "execa";
import { bin } from "../testing/bin.js";

jest.setTimeout(timeLimits.training);

const MINUTE = 60_000;

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "congruent-studies-"));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

async function all(): Promise<{
  exitCode: number | undefined;
  stderr: string;
  results: StudyResult[];
  seconds: number;
}> {
  const begin = performance.now();
  const { exitCode, stdout, stderr } = await execa(
    process.execPath,
    [...bin, "study", "all", "--quick", "--runs", "runs", "--json"],
    { cwd: folder, reject: false },
  );
  const { reports } = JSON.parse(stdout) as { reports: { result: unknown }[] };
  const results = reports.map(({ result }) => studySchema.parse(result));
  return { exitCode, stderr, results, seconds: (performance.now() - begin) / 1000 };
}

it(
  "all five studies run small from nothing: trained, exported, scored, compared, reported; then nothing is done again",
  async () => {
    const first = await all();
    expect({ exitCode: first.exitCode, stderr: first.stderr }).toMatchObject({ exitCode: 0 });
    expect(first.results.map(({ name }) => name)).toEqual(studies.map(({ name }) => name));
    for (const { name, models, complete } of first.results) {
      expect({ name, complete }).toEqual({ name, complete: true });
      for (const { name: model, accuracy, parity, samples } of models) {
        expect({ model, samples, parity: parity?.verdict }).toEqual({
          model,
          samples: expect.any(Number),
          parity: "pass",
        });
        // Far above guessing, from 2,000 images at most.
        expect(accuracy).toBeGreaterThan(0.5);
      }
      const at = (file: string) => join(folder, "reports", `${name}-quick`, file);
      expect(readFileSync(at("report.md"), "utf8")).toContain("its numbers say nothing about the study");
      expect((await readdir(at("figures"))).length).toBeGreaterThan(10);
    }
    expect(existsSync(join(folder, "reports", "studies.html"))).toBe(true);
    const written = async (name: string) =>
      (await stat(join(folder, "runs", "mnist-quick", name, "model.onnx"))).mtimeMs;
    const times = await Promise.all(["lenet", "mlp-tuned", "knn"].map(written));
    const second = await all();
    expect(second.exitCode).toBe(0);
    expect(await Promise.all(["lenet", "mlp-tuned", "knn"].map(written))).toEqual(times);
    expect(second.results).toEqual(first.results);
    console.log(`all five, quick: ${first.seconds.toFixed(0)} s; again: ${second.seconds.toFixed(0)} s`);
  },
  60 * MINUTE,
);
