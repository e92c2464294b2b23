/** @needs tensorflow */

import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { timeLimits } from "@congruent/core/testing";
import { loadTensorFlow } from "@congruent/toolchain";
import { expect, it, jest } from "@jest/globals";
import { enginePartsOf } from "../engines/engine.js";
import { GraphEngine } from "../engines/graph.js";
import { optimizerOf } from "../optimizers/optimizer-of.js";
import type { LayersModel, Tensor } from "../tensorflow.js";
import { classification, randomBatch } from "../testing/batches.js";
import { smallModels } from "../testing/small-models.js";

jest.setTimeout(timeLimits.training);

it("a program that runs SavedModels trains with what the engine wrote, and sees the engine's losses", async () => {
  const tf = await loadTensorFlow({ device: "cpu" });
  const folder = await mkdtemp(join(tmpdir(), "congruent-signatures-"));
  try {
    const model = (smallModels.dense as (of: typeof tf) => LayersModel)(tf);
    const optimizer = optimizerOf({
      name: "adam",
      learningRate: 0.01,
      beta1: 0.9,
      beta2: 0.999,
      epsilon: 1e-7,
    });
    const batch = randomBatch(16, 1);
    const engine = await GraphEngine.create(
      enginePartsOf({
        tf,
        ...classification(model, [batch]),
        optimizer,
        seed: 1,
        graphDirectory: folder,
      }),
    );
    const { tensors } = engine.state();
    const positions = Int32Array.from({ length: 16 }, (_, i) => i);
    const losses = [engine.trainStep(positions)[0], engine.trainStep(positions)[0]];

    const run = async (signature: string, feeds: Record<string, Tensor>) => {
      const saved = await tf.node.loadSavedModel(folder, ["serve"], signature);
      return Object.values(saved.predict(feeds) as Record<string, Tensor>)[0] as Tensor;
    };
    const [metaGraph] = await tf.node.getMetaGraphsFromSavedModel(folder);
    expect(Object.keys(metaGraph?.signatureDefs ?? {}).sort()).toEqual(["init", "load", "step16"]);
    const initial = tensors.map(({ name, data, shape }) => [name, tf.tensor(data, shape)] as const);
    await run("init", Object.fromEntries(initial));
    const { inputs: pixels, labels } = batch;
    await run("load", {
      values0: tf.tensor1d(pixels),
      length0: tf.tensor1d([pixels.length], "int32"),
      values1: tf.tensor1d(labels, "int32"),
      length1: tf.tensor1d([labels.length], "int32"),
    });
    const theirs: number[] = [];
    for (const step of [1, 2]) {
      const scalars = Object.entries(optimizer.scalars(step)).map(
        ([name, value]) => [name, tf.scalar(value)] as const,
      );
      const feeds = { positions: tf.tensor1d(positions, "int32"), step: tf.scalar(step, "int32") };
      const report = await run("step16", { ...feeds, ...Object.fromEntries(scalars) });
      theirs.push(report.dataSync()[0] as number);
    }
    expect(theirs).toEqual(losses);
    engine.close();
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
});
