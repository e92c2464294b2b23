import { DataType } from "../generated/tensorflow/core/framework/types_pb.js";
import { registerNodeKernel, type Tensor, type TensorFlow, typeAttribute } from "../tensorflow.js";
import type { Draws } from "./training-call.js";

const { DT_FLOAT, DT_INT32 } = DataType;
type Kernel = "StatelessRandomUniform" | "StatelessRandomNormal";

/**
 * Draws by TensorFlow's stateless operators (Philox), keyed by 64 bits: `key` and the step. The step is a tensor,
 * so that a graph that was captured once draws new numbers in every step.
 *
 * @param key 32 bits that name who draws
 * @param step int32 scalar
 */
export function drawsOf(tf: TensorFlow, key: number, step: Tensor): Draws {
  const draw = (kernel: Kernel, shape: readonly number[]) => {
    registerNodeKernel<{ shape: Tensor; seed: Tensor }>(tf, kernel, (inputs, backend) => {
      const types = [
        typeAttribute(backend, "dtype", DT_FLOAT),
        typeAttribute(backend, "T", DT_INT32),
        typeAttribute(backend, "Tseed", DT_INT32),
      ];
      return backend.executeSingleOutput(kernel, types, [inputs.shape, inputs.seed]);
    });
    const seed = tf.stack([tf.scalar(key, "int32"), step]);
    return tf.engine().runKernel(kernel, { shape: tf.tensor1d([...shape], "int32"), seed }) as Tensor;
  };
  return {
    uniform: (shape) => draw("StatelessRandomUniform", shape),
    normal: (shape) => draw("StatelessRandomNormal", shape),
  };
}

/**
 * 32 bits that depend on every part and its place (MurmurHash3's mixing), as a signed integer.
 *
 * @example
 * ```ts
 * drawKey(42, 1) === drawKey(42, 1); // => true
 * drawKey(42, 1) === drawKey(1, 42); // => false
 * ```
 */
export function drawKey(...parts: readonly number[]): number {
  return parts.reduce((hash, part) => {
    let k = Math.imul(part | 0, 0xcc9e2d51);
    k = Math.imul((k << 15) | (k >>> 17), 0x1b873593);
    let h = hash ^ k;
    h = (Math.imul((h << 13) | (h >>> 19), 5) + 0xe6546b64) | 0;
    h = Math.imul(h ^ (h >>> 16), 0x85ebca6b);
    h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35);
    return h ^ (h >>> 16);
  }, 0x2545f491);
}
