import type * as tfjs from "@tensorflow/tfjs";
import { DataType } from "../generated/tensorflow/core/framework/types_pb.js";
import type { Layer } from "../model/every-layer.js";
import {
  type NodeBackend,
  type OpAttribute,
  registerNodeKernel,
  type Tensor,
  type TensorFlow,
  typeAttribute,
} from "../tensorflow.js";
import type { TrainingCall } from "./training-call.js";

const FORWARD = "FusedBatchNormV3";
const BACKWARD = "FusedBatchNormGradV3";

interface Weight {
  read(): Tensor;
  write(value: Tensor): unknown;
}
type BatchNormalization = Layer & {
  axis: number;
  momentum: number;
  epsilon: number;
  /** null without `scale` or `center`. */
  gamma?: Weight | null;
  beta?: Weight | null;
  movingMean: Weight;
  movingVariance: Weight;
};

/**
 * Batch normalization by TensorFlow's fused operators where the channels come last; elsewhere by tfjs' own. As Keras 3:
 * the moving variance follows the batch's biased variance, and a layer that is frozen normalizes as in inference.
 */
export const batchNormalization: TrainingCall<BatchNormalization> = (tf, layer, input, { own, frozen }) => {
  if (frozen) return own({ training: false });
  if (layer.axis !== -1 && layer.axis !== input.rank - 1) return own({ training: true });
  const channels = input.shape.at(-1) as number;
  const rows = input.size / channels;
  registerKernels(tf);

  const normalize = tf.customGrad((...parameters: unknown[]) => {
    const [x, gamma, beta, save] = parameters as [Tensor, Tensor, Tensor, tfjs.GradSaveFunc];
    // The fused operator takes rank 4; an input of another rank is reshaped, which changes no statistics.
    const images = x.rank === 4 ? x : tf.reshape(x, [rows, 1, 1, channels]);
    const none = tf.tensor1d([], "float32");
    const [y, mean, variance, ...reserved] = run(tf, FORWARD, {
      inputs: [images, gamma, beta, none, none],
      epsilon: layer.epsilon,
    });
    save([images, gamma, ...reserved]);
    follow(tf, layer.movingMean, mean as Tensor, layer.momentum, 1);
    // The operator reports the sample variance, rows - 1 in the denominator.
    follow(tf, layer.movingVariance, variance as Tensor, layer.momentum, (rows - 1) / rows);
    return {
      value: tf.reshape(y as Tensor, x.shape),
      gradFunc: (dy: Tensor, saved: Tensor[]) => {
        const [features, scale, ...statistics] = saved as [Tensor, Tensor, ...Tensor[]];
        const [dx, dGamma, dBeta] = run(tf, BACKWARD, {
          inputs: [tf.reshape(dy, features.shape), features, scale, ...statistics],
          epsilon: layer.epsilon,
        });
        return [tf.reshape(dx as Tensor, x.shape), dGamma as Tensor, dBeta as Tensor];
      },
    };
  });
  return normalize(
    input,
    layer.gamma?.read() ?? tf.ones([channels]),
    layer.beta?.read() ?? tf.zeros([channels]),
  ) as Tensor;
};

/** moving · momentum + value · factor · (1 - momentum) */
function follow(tf: TensorFlow, moving: Weight, value: Tensor, momentum: number, factor: number): void {
  const share = tf.mul(value, (1 - momentum) * factor);
  moving.write(tf.add(tf.mul(moving.read(), momentum), share));
}

interface Call {
  inputs: Tensor[];
  epsilon: number;
}

function run(tf: TensorFlow, kernel: string, { inputs, epsilon }: Call): Tensor[] {
  const named = Object.fromEntries(inputs.map((input, i) => [String(i), input]));
  return tf.engine().runKernel(kernel, named, { epsilon }) as Tensor[];
}

function registerKernels(tf: TensorFlow): void {
  for (const [kernel, outputs] of [
    [FORWARD, 6],
    [BACKWARD, 5],
  ] as const) {
    registerNodeKernel<Record<string, Tensor>, { epsilon: number }>(
      tf,
      kernel,
      (inputs, backend, { epsilon }) =>
        backend.executeMultipleOutputs(kernel, attributes(backend, epsilon), Object.values(inputs), outputs),
    );
  }
}

function attributes(backend: NodeBackend, epsilon: number): OpAttribute[] {
  const { TF_ATTR_FLOAT, TF_ATTR_STRING, TF_ATTR_BOOL } = backend.binding;
  return [
    typeAttribute(backend, "T", DataType.DT_FLOAT),
    typeAttribute(backend, "U", DataType.DT_FLOAT),
    { name: "epsilon", type: TF_ATTR_FLOAT, value: epsilon },
    { name: "data_format", type: TF_ATTR_STRING, value: "NHWC" },
    { name: "is_training", type: TF_ATTR_BOOL, value: true },
  ];
}
