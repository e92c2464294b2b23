import { inputShape } from "../input-shape.js";
import type { Optimizer } from "../optimizers/optimizer.js";
import { lossAndGradients, trainableVariables, withLogits } from "../step.js";
import type { LayersModel, Tensor, TensorFlow } from "../tensorflow.js";
import type { Batch, Engine, EngineOptions, StepResult } from "./engine.js";

/** tfjs as it is: one call into TensorFlow for every operator. Slow, and able to run whatever tfjs can. */
export class EagerEngine implements Engine {
  readonly name = "eager";
  readonly model: LayersModel;
  readonly #tf: TensorFlow;
  readonly #optimizer: Optimizer;
  readonly #seed: number;
  #slots: Record<string, Tensor>[];
  #step = 0;

  constructor({ tf, model, optimizer, seed }: Omit<EngineOptions, "batchSizes">) {
    this.#tf = tf;
    this.#seed = seed;
    this.model = model;
    this.#optimizer = optimizer;
    this.#slots = trainableVariables(model).map((variable) =>
      Object.fromEntries(optimizer.slots.map((slot) => [slot, tf.keep(tf.zerosLike(variable))])),
    );
  }

  trainStep(batch: Batch): StepResult {
    const tf = this.#tf;
    this.#step += 1;
    const scalars = this.#optimizer.scalars(this.#step);
    const inputs = tf.tensor(batch.inputs, inputShape(this.model, batch.size));
    const labels = tf.tensor(batch.labels, [batch.size], "int32");
    const step = tf.scalar(this.#step, "int32");
    const { loss, crossEntropy, correct, gradients } = lossAndGradients({
      tf,
      model: this.model,
      inputs,
      labels,
      key: { seed: this.#seed, step },
    });
    trainableVariables(this.model).forEach((variable, i) => {
      const gradient = gradients[i] as Tensor;
      const old = this.#slots[i] as Record<string, Tensor>;
      const next = tf.tidy(() => {
        const update = this.#optimizer.applyEagerly(tf, { weight: variable, slots: old, scalars, gradient });
        return { weight: update.weight, ...update.slots };
      }) as Record<string, Tensor>;
      const { weight, ...slots } = next;
      variable.assign(weight as Tensor);
      for (const slot of Object.values(slots)) tf.keep(slot);
      tf.dispose([weight as Tensor, ...Object.values(old)]);
      this.#slots[i] = slots;
    });
    const result = {
      loss: scalar(loss),
      crossEntropy: scalar(crossEntropy),
      correct: scalar(correct),
    };
    tf.dispose([inputs, labels, step, loss, crossEntropy, correct, ...gradients]);
    return result;
  }

  logits(inputs: Float32Array, size: number): Float32Array {
    const tf = this.#tf;
    return tf.tidy(() => {
      const x = tf.tensor(inputs, inputShape(this.model, size));
      const logits = withLogits(tf, this.model, () => this.model.apply(x, { training: false })) as Tensor;
      return logits.dataSync<"float32">();
    });
  }

  penalty(): number {
    return this.#tf.tidy(() => this.model.calculateLosses().reduce((sum, term) => sum + scalar(term), 0));
  }

  /** The model's own variables are the ones that train. */
  sync(): void {}

  close(): void {
    this.#tf.dispose(this.#slots);
    this.#slots = [];
  }
}

function scalar(tensor: Tensor): number {
  return tensor.dataSync()[0] ?? Number.NaN;
}
