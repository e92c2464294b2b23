/** @needs tensorflow */
import { timeLimits } from "@congruent/core/testing";
import { loadTensorFlow } from "@congruent/toolchain";
import { beforeAll, describe, expect, it, jest } from "@jest/globals";
import { type TensorFlow, tidied } from "./tensorflow.js";

jest.setTimeout(timeLimits.training);

let tf: TensorFlow;
beforeAll(async () => {
  tf = await loadTensorFlow({ device: "cpu" });
});

describe("tidied", () => {
  it("gives the numbers and disposes the tensors", () => {
    const before = tf.memory().numTensors;
    const numbers = tidied(tf, () => [tf.tensor1d([1, 2]).add(1).dataSync<"float32">()]);
    expect(numbers).toEqual([Float32Array.of(2, 3)]);
    expect(tf.memory().numTensors).toBe(before);
  });

  it("does not go through them in search of tensors, as tf.tidy does", () => {
    const counted = () => {
      let searched = 0;
      const numbers = new Proxy([1, 2, 3], {
        ownKeys(target) {
          searched += 1;
          return Reflect.ownKeys(target);
        },
      });
      return { numbers, searched: () => searched };
    };
    const [ours, theirs] = [counted(), counted()];
    tidied(tf, () => ours.numbers);
    expect(ours.searched()).toBe(0);
    tf.tidy(() => theirs.numbers as never);
    expect(theirs.searched()).toBeGreaterThan(0);
  });
});
