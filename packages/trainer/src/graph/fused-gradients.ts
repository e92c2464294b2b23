import type * as tfjs from "@tensorflow/tfjs";
import { DataType } from "../generated/tensorflow/core/framework/types_pb.js";
import { registerNodeKernel, type Tensor, type TensorFlow, typeAttribute } from "../tensorflow.js";

const RELU_GRAD = "ReluGrad";

/** Gradients that tfjs composes from many operators, by the kernel whose gradient they are. */
const gradients: Record<string, (tf: TensorFlow) => tfjs.GradConfig> = {
  /** TensorFlow's own operator; tfjs' is ten. */
  Relu: (tf) => {
    registerNodeKernel<{ dy: Tensor; features: Tensor }>(tf, RELU_GRAD, ({ dy, features }, backend) =>
      backend.executeSingleOutput(
        RELU_GRAD,
        [typeAttribute(backend, "T", DataType.DT_FLOAT)],
        [dy, features],
      ),
    );
    return {
      kernelName: "Relu",
      outputsToSave: [true],
      gradFunc: (dy, saved) => ({
        x: () =>
          tf.engine().runKernel(RELU_GRAD, { dy: dy as Tensor, features: saved[0] as Tensor }) as Tensor,
      }),
    };
  },

  /** One sum over the copies; tfjs' is a slice and an addition for each of them. */
  Tile: (tf) => ({
    kernelName: "Tile",
    inputsToSave: ["x"],
    gradFunc: (dy, [x], attributes) => {
      const { reps } = attributes as unknown as { reps: number[] };
      const shape = (x as Tensor).shape;
      const copies = shape.flatMap((dim, axis) => [reps[axis] ?? 1, dim]);
      const axes = shape.map((_, axis) => 2 * axis);
      return { x: () => tf.sum(tf.reshape(dy as Tensor, copies), axes) };
    },
  }),
};

/**
 * Runs `f` with tfjs' gradients replaced by shorter ones where tfjs composes them from many operators. The
 * replacement ends with `f`.
 */
export function withFusedGradients<T>(tf: TensorFlow, f: () => T): T {
  const originals = Object.keys(gradients).map((kernel) => tf.getGradient(kernel));
  for (const make of Object.values(gradients)) tf.registerGradient(make(tf));
  try {
    return f();
  } finally {
    for (const original of originals) tf.registerGradient(original);
  }
}
