import { checked } from "@congruent/core";
import {
  callbackSchema,
  type OptimizerConfig,
  optimizerSchema,
  scheduleSchema,
} from "@congruent/core/schemas";
import type { z } from "zod";
import { type Callback, callbackMethods } from "../callbacks/callback.js";
import { callbackOf } from "../callbacks/index.js";
import type { Engine, EngineOptions } from "../engines/engine.js";
import type { EngineName } from "../engines/index.js";
import type { Precision } from "../engines/refuse-precision.js";
import { batchSizes } from "../examples/batch-sizes.js";
import { type ClassWeight, withClassWeight } from "../examples/example-weights.js";
import type { Examples } from "../examples/examples.js";
import { fit } from "../fit.js";
import type { Kernels } from "../graph/own-kernels.js";
import { TrainableModel } from "../model/trainable-model.js";
import { optimizerOf } from "../optimizers/optimizer-of.js";
import { scheduleOf } from "../schedules/index.js";
import { type Objective, type ObjectiveConfig, objectiveOf } from "../step/objective.js";
import type { LayersModel, Tensor, TensorFlow } from "../tensorflow.js";
import type { ValuesFor } from "./columns.js";
import { EngineKeeper } from "./engine-keeper.js";
import { examplesFrom, inputsFrom, lastFraction } from "./examples-from.js";
import { fitSchema } from "./fit-schema.js";
import { type History, historyOf } from "./history.js";

type OptimizerInput = z.input<typeof optimizerSchema>;

export interface CompileOptions extends ObjectiveConfig {
  /** A name with Keras' defaults, or a configuration with Keras' parameters in camelCase. */
  optimizer: OptimizerInput["name"] | OptimizerInput;
  /** How the learning rate changes. Default: it is constant. */
  schedule?: z.input<typeof scheduleSchema>;
  /** "eager" is slower and runs whatever tfjs can. Default: "graph". */
  engine?: EngineName;
  /** Of the training step. Default: "float32". */
  precision?: Precision;
  /**
   * How many parts of a training batch are computed side by side. Default: 1. Only for models whose layers treat each
   * example independently; a layer with batch statistics is refused, other layers are not checked. It makes small operators faster
   * on several cores, with TensorFlow loaded for one thread each: `loadTensorFlow({ device: "cpu", threads: 1 })`.
   */
  batchParts?: number;
  /** Whose kernels compute convolutions and average pooling in the graph engine. Default: the faster ones on this processor; see `kernelsOf`. */
  kernels?: Kernels;
}

/** x and y, or x, y and the examples' weights. */
export type ValidationData = readonly [x: ValuesFor, y: ValuesFor, sampleWeight?: ValuesFor];

export interface FitArguments {
  /** Default: 32, or all examples where there are fewer. */
  batchSize?: number;
  /** Default: 1. */
  epochs?: number;
  /** This last fraction of the examples is not trained on: it is evaluated after every epoch. Default: 0. */
  validationSplit?: number;
  /** Evaluated after every epoch; takes the place of `validationSplit`. */
  validationData?: ValidationData;
  /** Objects with Keras' callback methods, or configurations such as { name: "earlyStopping", monitor: "valLoss" }. */
  callbacks?: readonly (Callback | z.input<typeof callbackSchema>)[];
  /** Factors of the classes' losses, by the classes' indices. */
  classWeight?: ClassWeight;
  /** Factors of the examples' losses; for several outputs one for each. */
  sampleWeight?: ValuesFor;
  /** Whether each epoch visits the examples in a new order. Default: true. */
  shuffle?: boolean;
  /** Decides the order of the examples and the random numbers of dropout. Default: 42. */
  seed?: number;
}

/** A model that can be trained, like a compiled model in Keras. */
export interface CompiledModel {
  readonly model: LayersModel;
  readonly objective: Objective;
  /**
   * Trains; afterwards the weights are in the tfjs model too. A second call continues where the first ended: with its weights,
   * optimizer slots and count of steps, while a schedule is that of one call and starts again. (In Keras a schedule goes by
   * `optimizer.iterations`, for as many calls as there are.) A call that fails, because a loss is not finite or a callback
   * throws, leaves the weights as they were before the call; the optimizer slots are lost.
   *
   * @throws CongruentError `E_SCHEMA` for invalid options, `E_LOSS_NOT_FINITE`, and what `createEngine` throws.
   */
  fit(x: ValuesFor, y: ValuesFor, options?: FitArguments): Promise<History>;
  /** Loss and metrics by name, as a validation computes them. */
  evaluate(
    x: ValuesFor,
    y: ValuesFor,
    options?: { sampleWeight?: ValuesFor },
  ): Promise<Record<string, number>>;
  /** The outputs, float32 [n, ...]: a tensor, or a list where there are several. The caller disposes them. */
  predict(x: ValuesFor): Promise<Tensor | Tensor[]>;
  /** Frees what TensorFlow holds; the tfjs model stays. */
  close(): void;
}

/**
 * Prepares a tfjs layers model for training by the captured graph, with losses, optimizers and defaults as in Keras.
 *
 * @throws CongruentError `E_LOSS`, `E_METRIC`, `E_OUTPUT` or `E_SCHEMA` for invalid options.
 *
 * @example
 * ```ts no-run
 * const compiled = compile(tf, model, { optimizer: "adam", loss: "meanSquaredError", metrics: ["meanAbsoluteError"] });
 * const { history } = await compiled.fit(x, y, { epochs: 20, validationSplit: 0.2 });
 * history.valLoss.length; // => 20
 * ```
 */
export function compile(tf: TensorFlow, model: LayersModel, options: CompileOptions): CompiledModel {
  return new Compiled(tf, model, options);
}

/** Examples predicted at a time. */
const PREDICTION_BATCH = 1000;

class Compiled implements CompiledModel {
  readonly model: LayersModel;
  readonly objective: Objective;
  readonly #model: TrainableModel;
  readonly #schedule: CompileOptions["schedule"];
  readonly #precision: Precision | undefined;
  readonly #batchParts: number | undefined;
  readonly #kernels: Kernels | undefined;
  readonly #optimizer: OptimizerConfig;
  readonly #engines: EngineKeeper;

  constructor(tf: TensorFlow, model: LayersModel, options: CompileOptions) {
    const { optimizer, schedule, engine = "graph" } = options;
    this.model = model;
    this.objective = objectiveOf(model, options);
    this.#model = new TrainableModel(tf, model);
    this.#schedule = schedule;
    this.#precision = options.precision;
    this.#batchParts = options.batchParts;
    this.#kernels = options.kernels;
    const config = typeof optimizer === "string" ? { name: optimizer } : optimizer;
    this.#optimizer = checked(config, optimizerSchema, "optimizer");
    this.#engines = new EngineKeeper(this.#model, engine);
  }

  async fit(x: ValuesFor, y: ValuesFor, options: FitArguments = {}): Promise<History> {
    const { epochs, seed, shuffle, ...given } = checked(options, fitSchema, "fit's options");
    const { train, validation } = this.#divided(x, y, options);
    const batchSize = given.batchSize ?? Math.min(32, train.count);
    const callbacks = (options.callbacks ?? []).map((callback) =>
      isCallback(callback) ? callback : callbackOf(checked(callback, callbackSchema, "callbacks")),
    );
    const taken = this.#engines.step;
    const schedule =
      this.#schedule &&
      scheduleOf(checked(this.#schedule, scheduleSchema, "schedule"), {
        learningRate: this.#optimizer.learningRate,
        stepsPerEpoch: Math.ceil(train.count / batchSize),
        epochs,
      });
    const engineOptions = {
      ...this.#shared(train, validation),
      optimizer: optimizerOf(this.#optimizer, schedule && ((step) => schedule(step - taken))),
      batchSizes: batchSizes(train.count, batchSize),
      precision: this.#precision,
      batchParts: this.#batchParts,
      kernels: this.#kernels,
      seed,
    };
    const fitted = await this.#engines.training(engineOptions, (engine) =>
      fit({
        engine,
        examples: train.count,
        validate: validation !== null,
        batchSize,
        epochs,
        seed,
        shuffle,
        callbacks,
      }),
    );
    return historyOf(fitted);
  }

  async evaluate(
    x: ValuesFor,
    y: ValuesFor,
    { sampleWeight }: { sampleWeight?: ValuesFor } = {},
  ): Promise<Record<string, number>> {
    const examples = examplesFrom(this.#model, this.objective, { x, y, sampleWeight }, "what is evaluated");
    const engine = await this.#evaluating(examples);
    const report = engine.evaluate();
    return Object.fromEntries(this.objective.names.map((name, i) => [name, report[i] as number]));
  }

  async predict(x: ValuesFor): Promise<Tensor | Tensor[]> {
    const inputs = inputsFrom(this.#model, x);
    const engine = this.#engines.any() ?? (await this.#evaluating(null));
    const parts: Float32Array[][] = [];
    for (let begin = 0; begin < inputs.count; begin += PREDICTION_BATCH) {
      const size = Math.min(PREDICTION_BATCH, inputs.count - begin);
      parts.push(engine.predict(inputs.rows(begin, begin + size), size));
    }
    const outputs = this.#model.outputShapes.map((shape, i) =>
      this.#model.tf.tensor(joinedParts(parts.map((part) => part[i] as Float32Array)), [
        inputs.count,
        ...(shape.slice(1) as number[]),
      ]),
    );
    return outputs.length === 1 ? (outputs[0] as Tensor) : outputs;
  }

  close(): void {
    this.#engines.close();
  }

  #evaluating(validation: Examples | null): Promise<Engine> {
    return this.#engines.evaluating({
      ...this.#shared(null, validation),
      optimizer: optimizerOf(this.#optimizer),
      batchSizes: [],
      seed: 0,
    });
  }

  #shared(
    train: Examples | null,
    validation: Examples | null,
  ): Pick<EngineOptions, "tf" | "model" | "objective" | "train" | "validation"> {
    return { tf: this.#model.tf, model: this.model, objective: this.objective, train, validation };
  }

  /** The examples that are trained on, and those of the validation. */
  #divided(
    x: ValuesFor,
    y: ValuesFor,
    options: FitArguments,
  ): { train: Examples; validation: Examples | null } {
    const { validationSplit = 0, validationData, classWeight, sampleWeight } = options;
    const { objective } = this;
    const plain = examplesFrom(this.#model, objective, { x, y, sampleWeight }, "the training set");
    const weighed = (examples: Examples) =>
      classWeight ? withClassWeight(examples, objective, classWeight) : examples;
    if (validationData) {
      const [vx, vy, weights] = validationData;
      const given = { x: vx, y: vy, sampleWeight: weights };
      return {
        train: weighed(plain),
        validation: examplesFrom(this.#model, objective, given, "the validation set"),
      };
    }
    const { rest, last } = lastFraction(plain, validationSplit);
    return { train: weighed(rest), validation: last };
  }
}

/** A callback has methods, its own or of its class; a configuration is plain data. */
function isCallback(callback: Callback | z.input<typeof callbackSchema>): callback is Callback {
  return callbackMethods.some((method) => method in callback);
}

function joinedParts(parts: readonly Float32Array[]): Float32Array {
  const joined = new Float32Array(parts.reduce((sum, { length }) => sum + length, 0));
  let begin = 0;
  for (const part of parts) {
    joined.set(part, begin);
    begin += part.length;
  }
  return joined;
}
