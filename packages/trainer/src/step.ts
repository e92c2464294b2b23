import { CongruentError } from "@congruent/core";
import type * as tfjs from "@tensorflow/tfjs";
import type { Augmentation } from "./augment/augmentation.js";
import { sparseCategoricalCrossentropy } from "./losses/sparse-categorical-crossentropy.js";
import type { LayersModel, Tensor, TensorFlow, Variable } from "./tensorflow.js";
import { type StepKey, withTrainingCalls } from "./training-calls/index.js";

interface Activation {
  getClassName(): string;
}
type Activated = tfjs.layers.Layer & { activation: Activation };

/**
 * Runs `f` while the model's last layer leaves its softmax out, so that applying the model gives unscaled logits.
 *
 * @throws CongruentError `E_MODEL_OUTPUT` when the model has several outputs or does not end in a softmax.
 */
export function withLogits<T>(tf: TensorFlow, model: LayersModel, f: () => T): T {
  const layer = softmaxLayer(model);
  const softmax = layer.activation;
  layer.activation = linearOf(tf);
  try {
    return f();
  } finally {
    layer.activation = softmax;
  }
}

const linear = new WeakMap<TensorFlow, Activation>();

/** Made once, and under a name of its own: tfjs counts layers without one, and later names would depend on it. */
function linearOf(tf: TensorFlow): Activation {
  const known = linear.get(tf);
  if (known) return known;
  const layer = tf.layers.activation({ activation: "linear", name: "logits_linear" }) as Activated;
  linear.set(tf, layer.activation);
  return layer.activation;
}

function softmaxLayer(model: LayersModel): Activated {
  const layer = model.outputs[0]?.sourceLayer as Activated | undefined;
  const activation = layer?.activation?.getClassName();
  if (layer && model.outputs.length === 1 && activation === "softmax") return layer;
  throw new CongruentError({
    code: "E_MODEL_OUTPUT",
    what: `the model has ${model.outputs.length} output(s) and its last layer "${layer?.name}" has the activation ${activation ?? "none"}`,
    expected: "one output, whose layer ends in the activation softmax",
    fix: 'give the last layer activation: "softmax"',
  });
}

export interface StepTensors {
  /** float32 scalar: cross-entropy plus the layers' regularisation terms, mean over the batch. */
  loss: Tensor;
  /** float32 scalar. */
  crossEntropy: Tensor;
  /** float32 scalar: how many of the batch were classified correctly, before the update. */
  correct: Tensor;
  /** One per trainable weight, in the order of `trainableVariables`. */
  gradients: Tensor[];
}

/** Forward and backward pass of one batch; nothing is updated but batch statistics. */
export function lossAndGradients(options: {
  tf: TensorFlow;
  model: LayersModel;
  inputs: Tensor;
  labels: Tensor;
  key: StepKey;
  /** What happens to the inputs before the model sees them. */
  augment?: Augmentation | undefined;
  onBackward?: () => void;
}): StepTensors {
  const { tf, model, labels, key, augment, onBackward } = options;
  const variables = trainableVariables(model);
  let crossEntropy: Tensor | undefined;
  let correct: Tensor | undefined;
  const loss = () => {
    const inputs = augment?.(options.inputs, key) ?? options.inputs;
    const logits = withTrainingCalls(tf, model, key, () =>
      withLogits(tf, model, () => model.apply(inputs, { training: true })),
    ) as Tensor;
    const entropy = sparseCategoricalCrossentropy(tf, logits, labels);
    const hits = tf.equal(tf.argMax(logits, -1), labels);
    crossEntropy = tf.keep(entropy.clone());
    correct = tf.keep(tf.sum(tf.cast(hits, "float32")));
    const total = model.calculateLosses().reduce<tfjs.Scalar>((sum, term) => tf.add(sum, term), entropy);
    onBackward?.();
    return total;
  };
  try {
    const { value, grads } = tf.variableGrads(loss, variables);
    if (!crossEntropy || !correct) throw new Error("variableGrads did not run the loss");
    const gradients = variables.map((variable) => {
      const gradient = grads[variable.name];
      if (!gradient) throw new Error(`there is no gradient for ${variable.name}`);
      return gradient;
    });
    return { loss: value, crossEntropy, correct, gradients };
  } catch (error) {
    // What is kept outlives the tidying of a pass that failed.
    for (const tensor of [crossEntropy, correct]) tensor?.dispose();
    throw error;
  }
}

/** The tfjs variables behind the trainable weights, in the model's order. */
export function trainableVariables(model: LayersModel): Variable[] {
  return model.trainableWeights.map((weight) => weight.read() as Variable);
}
