import type * as tfjs from "@tensorflow/tfjs";
import { DataType } from "../generated/tensorflow/core/framework/types_pb.js";
import { registerNodeKernel, type Tensor, typeAttribute } from "../tensorflow.js";
import type { Loss } from "./loss.js";

const KERNEL = "SparseSoftmaxCrossEntropyWithLogits";

/**
 * Cross-entropy between integer labels and unscaled logits, by TensorFlow's fused operator, whose second output is
 * the gradient. Same values as Keras' `SparseCategoricalCrossentropy(from_logits=True)`.
 */
export const sparseCategoricalCrossentropy: Loss = {
  name: "sparseCategoricalCrossentropy",
  activation: "softmax",
  targets: (output) => ({ dtype: "int32", shape: output.slice(0, -1), classes: output.at(-1) ?? 1 }),

  values(tf, targets, output) {
    registerNodeKernel<{ logits: Tensor; labels: Tensor }>(tf, KERNEL, ({ logits, labels }, backend) =>
      backend.executeMultipleOutputs(
        KERNEL,
        [
          typeAttribute(backend, "T", DataType.DT_FLOAT),
          typeAttribute(backend, "Tlabels", DataType.DT_INT32),
        ],
        [logits, labels],
        2,
      ),
    );
    const loss = tf.customGrad((x: unknown, save: unknown) => {
      const rows = asRows(x as Tensor);
      const labels = tf.reshape(targets, [-1]);
      const [values, gradient] = tf.engine().runKernel(KERNEL, { logits: rows, labels }) as Tensor[];
      (save as tfjs.GradSaveFunc)([gradient as Tensor]);
      return {
        value: tf.reshape(values as Tensor, targets.shape),
        gradFunc: (dy: Tensor, saved: Tensor[]) =>
          tf.reshape(tf.mul(saved[0] as Tensor, tf.reshape(dy, [-1, 1])), output.shape),
      };
    });
    return loss(output) as Tensor;
  },
};

/** [..., classes] as [rows, classes], which is the only rank that the operator takes. */
export function asRows(x: Tensor): Tensor {
  return x.reshape([-1, x.shape.at(-1) ?? 1]);
}
