import { type Column, type Examples, gatherRows, refuseUnequalColumns } from "../examples/examples.js";
import { constraintOf } from "../model/constraint-of.js";
import type { TrainableModel } from "../model/trainable-model.js";
import type { EagerResult, Optimizer } from "../optimizers/optimizer.js";
import type { Objective } from "../step/objective.js";
import {
  type BatchTensors,
  evaluationPass,
  predictionPass,
  reportMeans,
  trainingPass,
} from "../step/pass.js";
import { type LayersModel, type Tensor, tidied } from "../tensorflow.js";
import type { Engine, EngineParts, EngineState, Report } from "./engine.js";
import { evaluateInBatches } from "./evaluate-in-batches.js";
import { refuseOtherLayout, type StateLayout, stateLayout, withWeights } from "./state.js";

/** Plain tfjs: one call into TensorFlow for every operator. Slow; runs everything that tfjs can run. */
export class EagerEngine implements Engine {
  readonly name = "eager";
  readonly model: LayersModel;
  readonly objective: Objective;
  readonly optimizer: Optimizer;
  readonly #model: TrainableModel;
  /** What `stateLayout` gives. */
  readonly #layout: StateLayout;
  readonly #seed: number;
  readonly #augment: EngineParts["augment"];
  readonly #batchParts: number | undefined;
  #train: Examples | null;
  #validation: Examples | null;
  /** Of each trainable weight. */
  #slots: Record<string, Tensor>[];
  /** The weights that train, while the averages are in the model's variables; else null. */
  #training: Tensor[] | null = null;
  #step = 0;

  constructor({
    model,
    objective,
    optimizer,
    train,
    validation,
    seed,
    augment,
    batchParts,
  }: Omit<EngineParts, "batchSizes">) {
    this.#model = model;
    this.#layout = stateLayout(model, optimizer);
    this.#seed = seed;
    this.#augment = augment;
    this.#batchParts = batchParts;
    this.model = model.layersModel;
    this.objective = objective;
    this.#train = train;
    this.#validation = validation;
    this.optimizer = optimizer;
    const { tf, trainableVariables } = model;
    this.#slots = trainableVariables.map((variable) =>
      Object.fromEntries(
        optimizer.slots.map((slot) => [
          slot,
          tf.keep(slot === optimizer.average ? variable.clone() : tf.zerosLike(variable)),
        ]),
      ),
    );
  }

  trainStep(positions: Int32Array): Report {
    const { tf, trainableVariables: variables } = this.#model;
    this.#showTraining();
    this.#step += 1;
    const scalars = this.optimizer.scalars(this.#step);
    if (!this.#train) throw new Error("the engine was made without training examples");
    const batch = this.#batch(this.#train, positions);
    const step = tf.scalar(this.#step, "int32");
    const pass = trainingPass({
      model: this.#model,
      objective: this.objective,
      batch,
      key: { seed: this.#seed, step },
      augment: this.#augment,
      batchParts: this.#batchParts,
    });
    const updates = variables.map((variable, i) => ({
      weight: variable,
      slots: this.#slots[i] as Record<string, Tensor>,
      gradient: pass.gradients[i] as Tensor,
    }));
    const next = tf.tidy(
      () =>
        constrained(this.#model, this.optimizer.applyEagerly(tf, updates, scalars)) as unknown as Tensor[],
    ) as unknown as EagerResult[];
    variables.forEach((variable, i) => {
      const { weight, slots } = next[i] as EagerResult;
      variable.assign(weight);
      for (const slot of Object.values(slots)) tf.keep(slot);
      tf.dispose([weight, ...Object.values(this.#slots[i] as Record<string, Tensor>)]);
      this.#slots[i] = slots;
    });
    const report = reportMeans(pass.report.map(scalar), pass.summed, positions.length);
    tf.dispose([...batch.inputs, ...batch.targets, ...batch.weights]);
    tf.dispose([step, ...pass.report, ...pass.gradients]);
    return report;
  }

  evaluate(): Report {
    this.sync();
    const validation = this.#validation;
    if (!validation) throw new Error("the engine was made without validation examples");
    const model = this.#model;
    const { objective } = this;
    let penalty = 0;
    const [loss = Number.NaN, ...rest] = evaluateInBatches(validation.count, (positions) =>
      tidied(model.tf, () => {
        const batch = this.#batch(validation, positions);
        const pass = evaluationPass({ model, objective, batch });
        penalty = scalar(pass.penalty);
        return reportMeans(pass.report.map(scalar), pass.summed, positions.length);
      }),
    );
    return [loss + penalty, ...rest];
  }

  predict(inputs: readonly Column[], size: number): Float32Array[] {
    this.sync();
    const { tf } = this.#model;
    const all = Int32Array.from({ length: size }, (_, i) => i);
    return tidied(tf, () => {
      const tensors = inputs.map((column) => gatherRows(tf, column, all, "float32"));
      return predictionPass(this.#model, tensors).map((output) => output.dataSync<"float32">());
    });
  }

  load({ train, validation }: { train?: Examples; validation?: Examples }): void {
    if (train) refuseUnequalColumns(train, "the training set");
    this.#train = train ?? this.#train;
    if (validation) refuseUnequalColumns(validation, "the validation set");
    this.#validation = validation ?? this.#validation;
  }

  /** The model's own variables train. Where averages are kept, they are put into the variables until the next step. */
  sync(): void {
    const { average } = this.optimizer;
    if (average === null || this.#training) return;
    const { tf, trainableVariables: variables } = this.#model;
    this.#training = variables.map((variable) => tf.keep(variable.clone()));
    variables.forEach((variable, i) => {
      variable.assign(this.#slots[i]?.[average] as Tensor);
    });
  }

  get step(): number {
    return this.#step;
  }

  state(): EngineState {
    this.#showTraining();
    const slots = this.#slots.flatMap((of) => this.optimizer.slots.map((slot) => of[slot]));
    const values = [...this.#model.variables, ...slots];
    const tensors = this.#layout.map((tensor, i) => ({
      ...tensor,
      data: Float32Array.from((values[i] as Tensor).dataSync()),
    }));
    return { step: this.#step, learningRate: this.optimizer.learningRateAt(this.#step + 1), tensors };
  }

  restore(state: EngineState): void {
    refuseOtherLayout(this.#layout, state);
    this.#showTraining();
    const byName = new Map(state.tensors.map(({ name, data }) => [name, data]));
    const { tf, variables } = this.#model;
    tf.tidy(() => {
      const tensor = (name: string, shape: number[]) => tf.tensor(byName.get(name) as Float32Array, shape);
      variables.forEach((variable, i) => {
        variable.assign(tensor(`weight.${i}`, variable.shape));
      });
      this.#slots = this.#slots.map((slots, i) => {
        tf.dispose(slots);
        return Object.fromEntries(
          Object.entries(slots).map(([slot, { shape }]) => [slot, tf.keep(tensor(`${slot}.${i}`, shape))]),
        );
      });
    });
    this.#step = state.step;
    if (!this.optimizer.scheduled) this.optimizer.setLearningRate(state.learningRate);
  }

  weights(): Float32Array[] {
    this.sync();
    return this.#model.variables.map((variable) => Float32Array.from(variable.dataSync()));
  }

  setWeights(weights: readonly Float32Array[]): void {
    this.restore(withWeights(this.#model, this.optimizer, this.state(), weights));
  }

  close(): void {
    this.#model.tf.dispose(this.#slots);
    this.#slots = [];
    if (this.#training) this.#model.tf.dispose(this.#training);
    this.#training = null;
  }

  #batch(examples: Examples, positions: Int32Array): BatchTensors {
    const rows = (column: Column, dtype: "float32" | "int32") =>
      gatherRows(this.#model.tf, column, positions, dtype);
    return {
      inputs: examples.inputs.map((column) => rows(column, "float32")),
      targets: examples.targets.map((column, i) =>
        rows(column, this.objective.outputs[i]?.targets.dtype ?? "float32"),
      ),
      weights: examples.weights.map((column) => rows(column, "float32")),
    };
  }

  /** Puts the weights that train back into the model's variables, where the averages are in them. */
  #showTraining(): void {
    const training = this.#training;
    if (!training) return;
    this.#model.trainableVariables.forEach((variable, i) => {
      variable.assign(training[i] as Tensor);
    });
    this.#model.tf.dispose(training);
    this.#training = null;
  }
}

/** The results with weights that obey their constraints; the averages keep what was there before, as in Keras. */
function constrained({ trainableWeights }: TrainableModel, results: readonly EagerResult[]): EagerResult[] {
  return results.map((result, i) => {
    const constraint = constraintOf(trainableWeights[i] as (typeof trainableWeights)[number]);
    return constraint ? { ...result, weight: constraint.apply(result.weight) } : result;
  });
}

function scalar(tensor: Tensor): number {
  return tensor.dataSync()[0] ?? Number.NaN;
}
