import type * as tfjs from "@tensorflow/tfjs";
import { DataType } from "../generated/tensorflow/core/framework/types_pb.js";
import { registerNodeKernel, type Tensor, type TensorFlow, typeAttribute } from "../tensorflow.js";

const KERNEL = "SparseSoftmaxCrossEntropyWithLogits";

/**
 * Mean cross-entropy between integer labels and unscaled logits, by TensorFlow's fused operator, whose second
 * output is the gradient: exact also where a softmax would have rounded to 0 or 1. Same value as Keras'
 * `SparseCategoricalCrossentropy(from_logits=True)`.
 *
 * @param logits float32 [batch, classes]
 * @param labels int32 [batch], 0 to classes - 1
 * @returns float32 scalar
 */
export function sparseCategoricalCrossentropy(tf: TensorFlow, logits: Tensor, labels: Tensor): tfjs.Scalar {
  registerNodeKernel<{ logits: Tensor; labels: Tensor }>(tf, KERNEL, (inputs, backend) =>
    backend.executeMultipleOutputs(
      KERNEL,
      [typeAttribute(backend, "T", DataType.DT_FLOAT), typeAttribute(backend, "Tlabels", DataType.DT_INT32)],
      [inputs.logits, inputs.labels],
      2,
    ),
  );
  const batch = logits.shape[0] ?? 1;
  const loss = tf.customGrad((x: unknown, save: unknown) => {
    const [losses, gradient] = tf.engine().runKernel(KERNEL, { logits: x as Tensor, labels }) as Tensor[];
    (save as tfjs.GradSaveFunc)([gradient as Tensor]);
    return {
      value: tf.mean(losses as Tensor),
      gradFunc: (dy: Tensor, saved: Tensor[]) => tf.mul(saved[0] as Tensor, tf.div(dy, batch)),
    };
  });
  return loss(logits) as tfjs.Scalar;
}
