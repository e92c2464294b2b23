import { CongruentError } from "@congruent/core";
import { type Column, type Examples, gatherRows, refuseUnequalColumns } from "../examples/examples.js";
import { DataType } from "../generated/tensorflow/core/framework/types_pb.js";
import { captureStep } from "../graph/capture.js";
import { captureConstraint } from "../graph/capture-constraint.js";
import { attribute, GraphBuilder, type Ref } from "../graph/graph-builder.js";
import {
  addEvaluation,
  addPrediction,
  type EvaluationNodes,
  type PredictionNodes,
  packed,
} from "../graph/inference-graph.js";
import { separateWeights } from "../graph/probe.js";
import { GraphSession, writeSavedModel } from "../graph/saved-model.js";
import { StoredExamples } from "../graph/stored-examples.js";
import { type TrainingNodes, trainingSignatures } from "../graph/training-signatures.js";
import { constraintOf } from "../model/constraint-of.js";
import type { TrainableModel } from "../model/trainable-model.js";
import type { Optimizer } from "../optimizers/optimizer.js";
import type { Objective } from "../step/objective.js";
import { reportMeans } from "../step/pass.js";
import { type LayersModel, type Tensor, tidied } from "../tensorflow.js";
import { kernelsOf } from "./computation.js";
import type { Engine, EngineParts, EngineState, Report } from "./engine.js";
import { evaluateInBatches } from "./evaluate-in-batches.js";
import { processorFlags } from "./processor-flags.js";
import { evaluatedNames, refuseOtherLayout, type StateLayout, stateLayout, withWeights } from "./state.js";

/** A tensor that the graph keeps between steps: a weight or one of its optimizer slots. */
interface Stored {
  handle: Ref;
  value: Ref;
  /** Placeholder that sets it. */
  initial: Ref;
  assign: Ref;
  shape: number[];
}

interface Step {
  positions: Ref;
  /** float32 [names]: fetching it performs the update. */
  report: Ref;
  summed: (number | null)[];
}

/** The nodes of the graph that the engine uses. */
interface Nodes extends TrainingNodes {
  /** What `stateLayout` names, in its order. */
  stored: Stored[];
  /** For each of the model's weights the value that evaluation uses: the weight or its average. */
  evaluated: Ref[];
  steps: ReadonlyMap<number, Step>;
  evaluation: EvaluationNodes | null;
  prediction: PredictionNodes;
}

const FLOAT = { dtype: attribute.type(DataType.DT_FLOAT) };
const FLOAT_T = { T: attribute.type(DataType.DT_FLOAT) };

/**
 * The training step as one TensorFlow graph: tfjs runs it once while every operator is recorded; after that a
 * step is one call. See docs/decisions/captured-graph.md.
 */
export class GraphEngine implements Engine {
  readonly name = "graph";
  readonly model: LayersModel;
  readonly objective: Objective;
  readonly #model: TrainableModel;
  /** What `stateLayout` gives. */
  readonly #layout: StateLayout;
  readonly optimizer: Optimizer;
  readonly #session: GraphSession;
  readonly #nodes: Nodes;
  #validation: Examples | null = null;
  #step = 0;

  private constructor({ model, objective, optimizer }: EngineParts, session: GraphSession, nodes: Nodes) {
    this.#model = model;
    this.#layout = stateLayout(model, optimizer);
    this.model = model.layersModel;
    this.objective = objective;
    this.optimizer = optimizer;
    this.#session = session;
    this.#nodes = nodes;
  }

  /**
   * Captures the model's training step for each batch size, and its evaluation and inference for any; loads the
   * examples.
   *
   * @throws CongruentError `E_CAPTURE_*` naming the layer that cannot be captured; use the eager engine then.
   */
  static async create(options: EngineParts): Promise<GraphEngine> {
    const {
      model,
      objective,
      optimizer,
      batchSizes,
      seed,
      train,
      validation,
      augment,
      batchParts,
      precision,
      kernels = model.backend.isUsingGpuDevice ? "tensorflow" : kernelsOf(processorFlags()),
    } = options;
    const { tf } = model;
    separateWeights(model);
    const builder = new GraphBuilder();
    // TensorFlow treats variables of the same name as one: `originalName` repeats in nested models, `name` does not.
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

    const examples = train && new StoredExamples(builder, "train", train);
    const stepNumber = builder.placeholder("step", DataType.DT_INT32, []);
    const steps = new Map<number, Step>();
    for (const size of new Set(examples ? batchSizes : [])) {
      const positions = builder.placeholder(`step${size}/positions`, DataType.DT_INT32, [size]);
      const batch = (examples as StoredExamples).gather(`step${size}`, positions, objective);
      const step = captureStep({
        model,
        objective,
        builder,
        weights: values,
        seed,
        augment,
        batchParts,
        precision,
        kernels,
        size,
        batch,
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
      const moved = step.assignments.map(({ weight, value }) => {
        const { handle, value: before } = weights[weight] as Stored;
        return builder.add("AssignVariableOp", `step${size}/assign`, [handle, value], FLOAT, [before]);
      });
      const constrained = trainable.flatMap(({ name, stored: { handle, shape } }, i) => {
        const constraint = constraintOf(model.trainableWeights[i] as (typeof model.trainableWeights)[number]);
        if (!constraint) return [];
        // As in Keras: after the update, and after the average has taken it in.
        const before = [updates[i] as Ref];
        const value = builder.add("ReadVariableOp", `${name}/constraint/weight`, [handle], FLOAT, before);
        const kept = captureConstraint({ model, builder, constraint, name, shape, value });
        return [builder.add("AssignVariableOp", `${name}/constraint/assign`, [handle, kept], FLOAT)];
      });
      const report = packed(builder, `step${size}/report`, step.report);
      const updated = [...updates, ...moved, ...constrained];
      const done = builder.add("Identity", `step${size}/done`, [report], FLOAT_T, updated);
      steps.set(size, { positions, report: done, summed: step.summed });
    }

    const all = [...weights, ...trainable.flatMap(({ slots }) => Object.values(slots))];
    const layout = stateLayout(model, optimizer).map(({ name }) => name);
    const evaluated = evaluatedNames(model, optimizer).map((n) => (all[layout.indexOf(n)] as Stored).value);
    const captured = { model, builder, weights: evaluated, kernels };
    const evaluation = validation && addEvaluation({ ...captured, objective, examples: validation });
    const prediction = addPrediction(captured);

    const zero = builder.constant("init/zero", DataType.DT_FLOAT, [], [0]);
    const init = builder.add(
      "Identity",
      "init/done",
      [zero],
      FLOAT_T,
      all.map((s) => s.assign),
    );

    const nodes = {
      stored: all,
      evaluated,
      init,
      train: examples,
      steps,
      stepNumber,
      scalars,
      evaluation,
      prediction,
    };
    const graph = builder.build();
    const { graphDirectory } = options;
    if (graphDirectory) await writeSavedModel(graphDirectory, graph, trainingSignatures(nodes, layout));
    const session = await GraphSession.open(tf, graph);
    const engine = new GraphEngine(options, session, nodes);
    try {
      engine.#assign((name, shape) => {
        const [slot = "", index = 0] = name.split(".");
        const variables = slot === "weight" ? model.variables : model.trainableVariables;
        return slot === "weight" || slot === optimizer.average
          ? (variables[Number(index)] as Tensor)
          : tf.zeros(shape);
      });
      engine.load({ ...(train && { train }), ...(validation && { validation }) });
    } catch (error) {
      session.close();
      throw error;
    }
    return engine;
  }

  trainStep(positions: Int32Array): Report {
    const { steps, stepNumber, scalars: refs } = this.#nodes;
    const step = steps.get(positions.length);
    if (!step) {
      throw new CongruentError({
        code: "E_BATCH_SIZE",
        what: `a batch of ${positions.length} examples was given to a graph captured for ${[...steps.keys()].join(" and ")}`,
        fix: "name every batch size when the engine is made",
      });
    }
    const { tf } = this.#model;
    this.#step += 1;
    const scalars = this.optimizer.scalars(this.#step);
    return tidied(tf, () => {
      const feeds: [Ref, Tensor][] = [
        [step.positions, tf.tensor1d(positions, "int32")],
        [stepNumber, tf.scalar(this.#step, "int32")],
        ...Object.entries(scalars).map(([key, value]): [Ref, Tensor] => [refs[key] as Ref, tf.scalar(value)]),
      ];
      const [report] = this.#session.run(feeds, [step.report]);
      return reportMeans((report as Tensor).dataSync(), step.summed, positions.length);
    });
  }

  evaluate(): Report {
    const { evaluation } = this.#nodes;
    if (!evaluation || !this.#validation) throw new Error("the engine was made without validation examples");
    const { tf } = this.#model;
    let penalty = 0;
    const [loss = Number.NaN, ...rest] = evaluateInBatches(this.#validation.count, (positions) =>
      tidied(tf, () => {
        const feeds: [Ref, Tensor][] = [[evaluation.positions, tf.tensor1d(positions, "int32")]];
        const [report] = this.#session.run(feeds, [evaluation.report]);
        const values = (report as Tensor).dataSync();
        penalty = values.at(-1) ?? Number.NaN;
        return reportMeans(values, evaluation.summed, positions.length);
      }),
    );
    return [loss + penalty, ...rest];
  }

  predict(inputs: readonly Column[], size: number): Float32Array[] {
    const { tf } = this.#model;
    const { prediction } = this.#nodes;
    const all = Int32Array.from({ length: size }, (_, i) => i);
    return tidied(tf, () => {
      const feeds = inputs.map((column, i): [Ref, Tensor] => [
        prediction.inputs[i] as Ref,
        gatherRows(tf, column, all, "float32"),
      ]);
      return this.#session.run(feeds, prediction.outputs).map((output) => output.dataSync<"float32">());
    });
  }

  load({ train, validation }: { train?: Examples; validation?: Examples }): void {
    if (train) {
      refuseUnequalColumns(train, "the training set");
      if (!this.#nodes.train) throw new Error("the engine was made without training examples");
      this.#load(this.#nodes.train, train);
    }
    if (validation) {
      refuseUnequalColumns(validation, "the validation set");
      if (!this.#nodes.evaluation) throw new Error("the engine was made without validation examples");
      this.#load(this.#nodes.evaluation.examples, validation);
      this.#validation = validation;
    }
  }

  sync(): void {
    this.#model.tf.tidy(() => {
      const values = this.#session.run([], this.#nodes.evaluated);
      this.#model.variables.forEach((variable, i) => {
        variable.assign(values[i] as Tensor);
      });
    });
  }

  get step(): number {
    return this.#step;
  }

  state(): EngineState {
    const data = this.#read(this.#nodes.stored.map((stored) => stored.value));
    const tensors = this.#layout.map((tensor, i) => ({
      ...tensor,
      data: data[i] as Float32Array,
    }));
    return { step: this.#step, learningRate: this.optimizer.learningRateAt(this.#step + 1), tensors };
  }

  restore(state: EngineState): void {
    refuseOtherLayout(this.#layout, state);
    const byName = new Map(state.tensors.map((tensor) => [tensor.name, tensor.data]));
    this.#assign((name, shape) => this.#model.tf.tensor(byName.get(name) as Float32Array, shape));
    this.#step = state.step;
    if (!this.optimizer.scheduled) this.optimizer.setLearningRate(state.learningRate);
  }

  weights(): Float32Array[] {
    return this.#read(this.#nodes.evaluated);
  }

  setWeights(weights: readonly Float32Array[]): void {
    this.restore(withWeights(this.#model, this.optimizer, this.state(), weights));
  }

  close(): void {
    this.#session.close();
  }

  #read(refs: readonly Ref[]): Float32Array[] {
    return tidied(this.#model.tf, () => this.#session.run([], refs).map((t) => t.dataSync<"float32">()));
  }

  /** Gives every stored tensor a value, by its name in the layout. */
  #assign(initial: (name: string, shape: number[]) => Tensor): void {
    this.#model.tf.tidy(() => {
      const feeds = this.#layout.map(({ name, shape }, i): [Ref, Tensor] => [
        (this.#nodes.stored[i] as Stored).initial,
        initial(name, shape),
      ]);
      this.#session.run(feeds, [this.#nodes.init]);
    });
  }

  #load(stored: StoredExamples, examples: Examples): void {
    this.#model.tf.tidy(() => {
      const { feeds, fetch } = stored.loading(this.#model.tf, examples);
      this.#session.run(feeds, [fetch]);
    });
  }
}

function stored(builder: GraphBuilder, name: string, shape: number[]): Stored {
  const handle = builder.variable(name, DataType.DT_FLOAT, shape);
  const value = builder.add("ReadVariableOp", `${name}/value`, [handle], FLOAT);
  const initial = builder.placeholder(`${name}/initial`, DataType.DT_FLOAT, shape);
  const assign = builder.add("AssignVariableOp", `${name}/assign`, [handle, initial], FLOAT);
  return { handle, value, initial, assign, shape };
}
