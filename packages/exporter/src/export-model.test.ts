/** @needs export tensorflow */

import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { tensor } from "@congruent/core";
import { timeLimits } from "@congruent/core/testing";
import { load } from "@congruent/runtime";
import { loadTensorFlow } from "@congruent/toolchain";
import { afterAll, beforeAll, expect, it, jest } from "@jest/globals";
import { exportModel } from "./index.js";

jest.setTimeout(timeLimits.training);

let tf: Awaited<ReturnType<typeof loadTensorFlow>>;
let folder: string;
beforeAll(async () => {
  tf = await loadTensorFlow({ device: "cpu" });
  folder = await mkdtemp(join(tmpdir(), "congruent-export-model-"));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

it("a layer that keeps its state is refused by name, before anything is converted", async () => {
  const keeping = tf.layers.lstm({ units: 2, stateful: true, batchInputShape: [4, 3, 2], name: "keeping" });
  const model = tf.sequential({ layers: [keeping] });
  await expect(exportModel({ tf, model, out: join(folder, "keeping.onnx") })).rejects.toMatchObject({
    code: "E_STATEFUL",
    what: expect.stringContaining("keeping"),
  });
});

it("recurrent layers compute in ONNX what they compute in tfjs, at any batch size", async () => {
  const cells = [tf.layers.lstmCell({ units: 4 }), tf.layers.gruCell({ units: 3 })];
  const model = tf.sequential({
    layers: [
      tf.layers.masking({ maskValue: 0, inputShape: [5, 2] }),
      tf.layers.lstm({ units: 4, returnSequences: true, dropout: 0.3 }),
      tf.layers.bidirectional({ layer: tf.layers.gru({ units: 3, returnSequences: true }) as never }),
      tf.layers.timeDistributed({ layer: tf.layers.dense({ units: 3, activation: "tanh" }) }),
      tf.layers.rnn({ cell: cells }),
      tf.layers.dense({ units: 2, name: "y" }),
    ],
  });
  const { path } = await exportModel({ tf, model, out: join(folder, "recurrent.onnx") });
  const loaded = await load(path);
  const [name = ""] = loaded.inputs.map((input) => input.name);
  for (const size of [1, 3, 6]) {
    // The last two of the five time steps are masked.
    const data = Float32Array.from({ length: size * 10 }, (_, i) => (i % 10 < 6 ? Math.sin(i * i) : 0));
    const x = tf.tensor(data, [size, 5, 2]);
    const expected = (model.predict(x) as ReturnType<typeof tf.tensor>).dataSync();
    const { y } = await loaded.run({ [name]: tensor("float32", data, [size, 5, 2]) });
    // float32 sums of a dozen products of at most 1, five time steps deep.
    expected.forEach((value, i) => {
      expect(Math.abs(Number(y?.data[i]) - value)).toBeLessThan(1e-6);
    });
    expect(y?.dims).toEqual([size, 2]);
  }
  await loaded.close();
}, 600_000);
