import type * as tfjs from "@tensorflow/tfjs";
import { DataType } from "../generated/tensorflow/core/framework/types_pb.js";
import { registerNodeKernel, type Tensor, typeAttribute } from "../tensorflow.js";
import type { Loss } from "./loss.js";
import { asRows } from "./sparse-categorical-crossentropy.js";

const KERNEL = "SoftmaxCrossEntropyWithLogits";

/**
 * Cross-entropy between distributions (one-hot or smoothed) and unscaled logits, by TensorFlow's fused operator.
 * Same values as Keras' `CategoricalCrossentropy(from_logits=True)`.
 */
export const categoricalCrossentropy: Loss = {
  name: "categoricalCrossentropy",
  activation: "softmax",
  targets: (output) => ({ dtype: "float32", shape: output, classes: null }),

  values(tf, targets, output) {
    registerNodeKernel<{ logits: Tensor; labels: Tensor }>(tf, KERNEL, ({ logits, labels }, backend) =>
      backend.executeMultipleOutputs(
        KERNEL,
        [typeAttribute(backend, "T", DataType.DT_FLOAT)],
        [logits, labels],
        2,
      ),
    );
    const loss = tf.customGrad((x: unknown, save: unknown) => {
      const inputs = { logits: asRows(x as Tensor), labels: asRows(targets) };
      const [values, gradient] = tf.engine().runKernel(KERNEL, inputs) as Tensor[];
      (save as tfjs.GradSaveFunc)([gradient as Tensor]);
      return {
        value: tf.reshape(values as Tensor, output.shape.slice(0, -1)),
        gradFunc: (dy: Tensor, saved: Tensor[]) =>
          tf.reshape(tf.mul(saved[0] as Tensor, tf.reshape(dy, [-1, 1])), output.shape),
      };
    });
    return loss(output) as Tensor;
  },
};
