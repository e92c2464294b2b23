import type * as tfjs from "@tensorflow/tfjs";
import { DataType } from "../generated/tensorflow/core/framework/types_pb.js";
import { registerNodeKernel, type Tensor, type TensorFlow, typeAttribute } from "../tensorflow.js";

const RELU_GRAD = "ReluGrad";

/**
 * Runs `f` with tfjs' gradients replaced by TensorFlow's own operators where tfjs composes them from many small
 * ones (its relu gradient alone is ten operators). The replacement ends with `f`.
 */
export function withFusedGradients<T>(tf: TensorFlow, f: () => T): T {
  registerNodeKernel<{ dy: Tensor; features: Tensor }>(tf, RELU_GRAD, ({ dy, features }, backend) =>
    backend.executeSingleOutput(RELU_GRAD, [typeAttribute(backend, "T", DataType.DT_FLOAT)], [dy, features]),
  );
  const original = tf.getGradient("Relu");
  const reluGradient: tfjs.GradConfig = {
    kernelName: "Relu",
    outputsToSave: [true],
    gradFunc: (dy, saved) => ({
      x: () => tf.engine().runKernel(RELU_GRAD, { dy: dy as Tensor, features: saved[0] as Tensor }) as Tensor,
    }),
  };
  tf.registerGradient(reluGradient);
  try {
    return f();
  } finally {
    tf.registerGradient(original);
  }
}
