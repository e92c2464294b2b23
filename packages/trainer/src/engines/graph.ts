import { CongruentError } from "@congruent/core";
import { DataType } from "../generated/tensorflow/core/framework/types_pb.js";
import { captureLogits, captureStep } from "../graph/capture.js";
import { attribute, GraphBuilder, type Ref } from "../graph/graph-builder.js";
import { separateWeights } from "../graph/probe.js";
import { GraphSession } from "../graph/saved-model.js";
import { inputShape } from "../input-shape.js";
import type { Optimizer } from "../optimizers/optimizer.js";
import type { LayersModel, Tensor, TensorFlow, Variable } from "../tensorflow.js";
import type { Batch, Engine, EngineOptions, EngineState, StepResult } from "./engine.js";
import { evaluatedNames, refuseOtherLayout, stateLayout, withWeights } from "./state.js";

/** A tensor that lives in the graph between steps: a weight or one of its optimizer slots. */
interface Stored {
  handle: Ref;
  value: Ref;
  /** Placeholder that sets it. */
  initial: Ref;
  assign: Ref;
  shape: number[];
}

interface Step {
  inputs: Ref;
  labels: Ref;
  /** float32 [3]: loss, crossEntropy, correct; fetching it performs the update. */
  report: Ref;
}

const FLOAT = { dtype: attribute.type(DataType.DT_FLOAT) };

/**
 * The training step as one TensorFlow graph: tfjs runs it once while every operator is noted, and from then on a
 * step is a single call. See docs/decisions/captured-graph.md.
 */
export class GraphEngine implements Engine {
  readonly name = "graph";
  readonly model: LayersModel;
  readonly #tf: TensorFlow;
  readonly optimizer: Optimizer;
  readonly #session: GraphSession;
  /** What `stateLayout` names, in its order. */
  readonly #stored: Stored[];
  /** What is evaluated, for each of the model's weights. */
  readonly #evaluated: Ref[];
  readonly #init: Ref;
  readonly #steps: ReadonlyMap<number, Step>;
  readonly #stepNumber: Ref;
  readonly #scalars: Record<string, Ref>;
  readonly #predict: { inputs: Ref; logits: Ref };
  #step = 0;

  private constructor(parts: {
    tf: TensorFlow;
    model: LayersModel;
    optimizer: Optimizer;
    session: GraphSession;
    stored: Stored[];
    evaluated: Ref[];
    init: Ref;
    steps: ReadonlyMap<number, Step>;
    stepNumber: Ref;
    scalars: Record<string, Ref>;
    predict: { inputs: Ref; logits: Ref };
  }) {
    this.#tf = parts.tf;
    this.model = parts.model;
    this.optimizer = parts.optimizer;
    this.#session = parts.session;
    this.#stored = parts.stored;
    this.#evaluated = parts.evaluated;
    this.#init = parts.init;
    this.#steps = parts.steps;
    this.#stepNumber = parts.stepNumber;
    this.#scalars = parts.scalars;
    this.#predict = parts.predict;
  }

  /**
   * Captures the model's training step for each batch size, and its inference for any.
   *
   * @throws CongruentError `E_CAPTURE_*` naming the layer that cannot be captured; use the eager engine then.
   */
  static async create(options: EngineOptions): Promise<GraphEngine> {
    const { tf, model, optimizer, batchSizes, seed, augment } = options;
    separateWeights(tf, model);
    const builder = new GraphBuilder();
    // TensorFlow takes variables of one name for one: `originalName` repeats in nested models, `name` does not.
    const weights = model.weights.map((w) => stored(builder, w.name, w.shape as number[]));
    const trainable = model.trainableWeights.map((weight) => {
      const index = model.weights.indexOf(weight);
      const shape = weight.shape as number[];
      const slots = Object.fromEntries(
        optimizer.slots.map((slot) => [slot, stored(builder, `${weight.name}/${slot}`, shape)]),
      );
      return { name: weight.name, stored: weights[index] as Stored, slots };
    });
    const values = weights.map((weight) => weight.value);
    const scalars = Object.fromEntries(
      Object.keys(optimizer.scalars(1)).map((key) => [
        key,
        builder.placeholder(`optimizer/${key}`, DataType.DT_FLOAT, []),
      ]),
    );

    const stepNumber = builder.placeholder("step", DataType.DT_INT32, []);
    const steps = new Map<number, Step>();
    for (const size of new Set(batchSizes)) {
      const inputs = builder.placeholder(`step${size}/inputs`, DataType.DT_FLOAT, inputShape(model, size));
      const labels = builder.placeholder(`step${size}/labels`, DataType.DT_INT32, [size]);
      const step = captureStep({
        tf,
        model,
        builder,
        weights: values,
        seed,
        augment,
        batch: size,
        inputs,
        labels,
        step: stepNumber,
      });
      const updates = optimizer.applyInGraph(
        builder,
        trainable.map(({ name, stored: weight, slots }, i) => ({
          name,
          variable: weight.handle,
          value: weight.value,
          slots: Object.fromEntries(Object.entries(slots).map(([slot, s]) => [slot, s.handle])),
          gradient: step.gradients[i] as Ref,
        })),
        scalars,
      );
      const moved = step.assignments.map(({ weight, value }) =>
        builder.add(
          "AssignVariableOp",
          `step${size}/assign`,
          [(weights[weight] as Stored).handle, value],
          FLOAT,
        ),
      );
      const report = builder.add("Pack", `step${size}/report`, [step.loss, step.crossEntropy, step.correct], {
        T: attribute.type(DataType.DT_FLOAT),
        N: attribute.int(3),
        axis: attribute.int(0),
      });
      const done = builder.add(
        "Identity",
        `step${size}/done`,
        [report],
        { T: attribute.type(DataType.DT_FLOAT) },
        [...updates, ...moved],
      );
      steps.set(size, { inputs, labels, report: done });
    }

    const inputs = builder.placeholder("predict/inputs", DataType.DT_FLOAT, [
      null,
      ...inputShape(model, 1).slice(1),
    ]);
    const all = [...weights, ...trainable.flatMap(({ slots }) => Object.values(slots))];
    const layout = stateLayout(model, optimizer).map(({ name }) => name);
    const evaluated = evaluatedNames(model, optimizer).map((n) => (all[layout.indexOf(n)] as Stored).value);
    const logits = captureLogits({ tf, model, builder, weights: evaluated, inputs });

    const ready = builder.add(
      "NoOp",
      "init/assigned",
      [],
      {},
      all.map((s) => s.assign),
    );
    const zero = builder.constant("init/zero", DataType.DT_FLOAT, [], [0]);
    const init = builder.add("Identity", "init/done", [zero], { T: attribute.type(DataType.DT_FLOAT) }, [
      ready,
    ]);

    const session = await GraphSession.open(tf, builder.build());
    const engine = new GraphEngine({
      tf,
      model,
      optimizer,
      session,
      stored: all,
      evaluated,
      init,
      steps,
      stepNumber,
      scalars,
      predict: { inputs, logits },
    });
    try {
      engine.#assign((name, shape) => {
        const [slot = "", index = 0] = name.split(".");
        const weights = slot === "weight" ? model.weights : model.trainableWeights;
        return slot === "weight" || slot === optimizer.average
          ? (weights[Number(index)]?.read() as Tensor)
          : tf.zeros(shape);
      });
    } catch (error) {
      session.close();
      throw error;
    }
    return engine;
  }

  trainStep(batch: Batch): StepResult {
    const step = this.#steps.get(batch.size);
    if (!step) {
      throw new CongruentError({
        code: "E_BATCH_SIZE",
        what: `a batch of ${batch.size} examples was given to a graph captured for ${[...this.#steps.keys()].join(" and ")}`,
        fix: "name every batch size when the engine is made",
      });
    }
    const tf = this.#tf;
    this.#step += 1;
    const scalars = this.optimizer.scalars(this.#step);
    return tf.tidy(() => {
      const feeds: [Ref, Tensor][] = [
        [step.inputs, tf.tensor(batch.inputs, inputShape(this.model, batch.size))],
        [step.labels, tf.tensor(batch.labels, [batch.size], "int32")],
        [this.#stepNumber, tf.scalar(this.#step, "int32")],
        ...Object.entries(scalars).map(([key, value]): [Ref, Tensor] => [
          this.#scalars[key] as Ref,
          tf.scalar(value),
        ]),
      ];
      const [report] = this.#session.run(feeds, [step.report]);
      const [loss = Number.NaN, crossEntropy = Number.NaN, correct = 0] = report?.dataSync() ?? [];
      return { loss, crossEntropy, correct };
    });
  }

  logits(inputs: Float32Array, size: number): Float32Array {
    const tf = this.#tf;
    return tf.tidy(() => {
      const x = tf.tensor(inputs, inputShape(this.model, size));
      const [logits] = this.#session.run([[this.#predict.inputs, x]], [this.#predict.logits]);
      return (logits as Tensor).dataSync<"float32">();
    });
  }

  penalty(): number {
    this.sync();
    return this.#tf.tidy(() =>
      this.model.calculateLosses().reduce((sum, term) => sum + (term.dataSync()[0] ?? Number.NaN), 0),
    );
  }

  sync(): void {
    this.#tf.tidy(() => {
      const values = this.#session.run([], this.#evaluated);
      this.model.weights.forEach((weight, i) => {
        (weight.read() as Variable).assign(values[i] as Tensor);
      });
    });
  }

  get step(): number {
    return this.#step;
  }

  state(): EngineState {
    const data = this.#read(this.#stored.map((stored) => stored.value));
    const tensors = stateLayout(this.model, this.optimizer).map((tensor, i) => ({
      ...tensor,
      data: data[i] as Float32Array,
    }));
    return { step: this.#step, learningRate: this.optimizer.learningRateAt(this.#step + 1), tensors };
  }

  restore(state: EngineState): void {
    refuseOtherLayout(stateLayout(this.model, this.optimizer), state);
    const byName = new Map(state.tensors.map((tensor) => [tensor.name, tensor.data]));
    this.#assign((name, shape) => this.#tf.tensor(byName.get(name) as Float32Array, shape));
    this.#step = state.step;
    if (!this.optimizer.scheduled) this.optimizer.setLearningRate(state.learningRate);
  }

  weights(): Float32Array[] {
    return this.#read(this.#evaluated);
  }

  setWeights(weights: readonly Float32Array[]): void {
    this.restore(withWeights(this.model, this.optimizer, this.state(), weights));
  }

  close(): void {
    this.#session.close();
  }

  #read(refs: readonly Ref[]): Float32Array[] {
    return this.#tf.tidy(() => this.#session.run([], refs).map((t) => t.dataSync<"float32">()));
  }

  /** Gives every stored tensor a value, by its name in the layout. */
  #assign(initial: (name: string, shape: number[]) => Tensor): void {
    this.#tf.tidy(() => {
      const feeds = stateLayout(this.model, this.optimizer).map(({ name, shape }, i): [Ref, Tensor] => [
        (this.#stored[i] as Stored).initial,
        initial(name, shape),
      ]);
      this.#session.run(feeds, [this.#init]);
    });
  }
}

function stored(builder: GraphBuilder, name: string, shape: number[]): Stored {
  const handle = builder.add("VarHandleOp", name, [], {
    ...FLOAT,
    shape: attribute.shape(shape),
    shared_name: attribute.string(name),
    container: attribute.string(""),
  });
  const value = builder.add("ReadVariableOp", `${name}/value`, [handle], FLOAT);
  const initial = builder.placeholder(`${name}/initial`, DataType.DT_FLOAT, shape);
  const assign = builder.add("AssignVariableOp", `${name}/assign`, [handle, initial], FLOAT);
  return { handle, value, initial, assign, shape };
}
