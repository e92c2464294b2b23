/** @needs tensorflow */
import { timeLimits } from "@congruent/core/testing";
import { loadTensorFlow } from "@congruent/toolchain";
import { beforeAll, describe, expect, it, jest } from "@jest/globals";
import { optimizerOf } from "../optimizers/optimizer-of.js";
import type { LayersModel, TensorFlow } from "../tensorflow.js";
import { classification, positionsOf, randomBatch } from "../testing/batches.js";
import { smallModels } from "../testing/small-models.js";
import { enginePartsOf } from "./engine.js";
import { GraphEngine } from "./graph.js";
import { type Precision, refusePrecision } from "./refuse-precision.js";

jest.setTimeout(timeLimits.training);

let tf: TensorFlow;
beforeAll(async () => {
  tf = await loadTensorFlow({ device: "cpu" });
});

describe("mixedBfloat16", () => {
  const refused = (exit: number) => expect.objectContaining({ code: "E_PRECISION", exit });

  it("is refused where the processor has no units for it, and by the eager engine", () => {
    expect(() => refusePrecision("mixedBfloat16", "graph", "cpu", ["avx2", "avx512f"])).toThrow(refused(3));
    expect(() => refusePrecision("mixedBfloat16", "eager", "cpu", ["amx_bf16"])).toThrow(refused(2));
    expect(() => refusePrecision("mixedBfloat16", "graph", "cpu", ["avx512_bf16"])).not.toThrow();
    expect(() => refusePrecision("mixedBfloat16", "graph", "gpu", [])).not.toThrow();
    expect(() => refusePrecision("float32", "eager", "cpu", [])).not.toThrow();
  });

  it.each(["convolutional", "dense"])(
    "trains %s as float32 does, but for the rounding of products",
    async (name) => {
      const build = smallModels[name] as (t: TensorFlow) => LayersModel;
      const batches = Array.from({ length: 8 }, (_, i) => randomBatch(16, i));
      const losses = async (precision: Precision) => {
        const optimizer = optimizerOf({ name: "sgd", learningRate: 0.05, momentum: 0, nesterov: false });
        // Past the refusal: the kernels are there on every processor, emulated.
        const engine = await GraphEngine.create(
          enginePartsOf({
            tf,
            ...classification(build(tf), batches),
            optimizer,
            seed: 1,
            precision,
          }),
        );
        const all = positionsOf(batches).map((positions) => engine.trainStep(positions)[0] as number);
        engine.close();
        return all;
      };
      const [float32, mixed] = [await losses("float32"), await losses("mixedBfloat16")];
      float32.forEach((loss, i) => {
        // bfloat16 keeps 8 bits: operands are off by 2^-9 each, a loss of about 1.4 by some 2^-8 of itself, and eight
        // small steps leave that in place.
        expect(Math.abs(loss - (mixed[i] as number))).toBeLessThan(0.02);
      });
      // Were nothing rounded, the losses would be equal bit by bit.
      expect(mixed).not.toEqual(float32);
      expect(mixed.at(-1)).toBeLessThan(2);
    },
  );
});
