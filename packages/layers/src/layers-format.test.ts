/** @needs tensorflow */

import { mkdtemp, readdir, readFile, rename, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { timeLimits } from "@congruent/core/testing";
import { loadTensorFlow } from "@congruent/toolchain";
import { afterEach, beforeEach, expect, it, jest } from "@jest/globals";
import { saveLayersModel } from "./layers-format.js";
import type { LayersModel } from "./tensorflow.js";

jest.setTimeout(timeLimits.training);

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "congruent-layers-"));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

async function model(value: number): Promise<LayersModel> {
  const tf = await loadTensorFlow({ device: "cpu" });
  const kernelInitializer = tf.initializers.constant({ value });
  return tf.sequential({
    layers: [tf.layers.dense({ units: 1, useBias: false, inputShape: [1], kernelInitializer })],
  });
}

it("a model that takes another's place leaves nothing of it beside itself", async () => {
  const directory = join(folder, "best");
  for (const value of [1, 2]) await saveLayersModel(await model(value), directory);
  expect(await readdir(folder)).toEqual(["best"]);
  expect(await readFile(join(directory, "weights.bin"))).toEqual(Buffer.from(new Float32Array([2]).buffer));
});

it("a model that was moved aside when the process died is put back, also where the next one fails too", async () => {
  const directory = join(folder, "best");
  await saveLayersModel(await model(1), directory);
  // As a process leaves it that dies before the new folder has its place.
  await rename(directory, join(folder, ".best.previous"));
  const failing = { save: () => Promise.reject(new Error("died again")) } as unknown as LayersModel;
  await expect(saveLayersModel(failing, directory)).rejects.toMatchObject({ code: "E_WRITE" });
  expect(await readdir(folder)).toEqual(["best"]);
  expect(await readFile(join(directory, "weights.bin"))).toEqual(Buffer.from(new Float32Array([1]).buffer));
});
