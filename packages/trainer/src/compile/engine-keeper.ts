import type { Engine, EngineOptions } from "../engines/engine.js";
import { createEngine, type EngineName } from "../engines/index.js";
import { columnsOf, type Examples } from "../examples/examples.js";
import type { TrainableModel } from "../model/trainable-model.js";

/** An engine and what it was captured for. */
interface Kept {
  engine: Engine;
  kind: string;
}

/**
 * The engines of one compiled model: one that trains and one that only evaluates. Each is made when it is first
 * needed, used again for examples of the same kind, and replaced by a new one for others, which takes over the state.
 */
export class EngineKeeper {
  readonly #model: TrainableModel;
  readonly #name: EngineName;
  #trainer: Kept | null = null;
  #evaluator: Kept | null = null;
  /** What the model's variables contained when the engines last agreed with them. */
  #seen: object[] | null = null;

  constructor(model: TrainableModel, name: EngineName) {
    this.#model = model;
    this.#name = name;
  }

  /** Training steps taken so far. */
  get step(): number {
    return this.#trainer?.engine.step ?? 0;
  }

  /**
   * Trains the examples with the training engine. If that fails, the engine is closed and the model gets back the weights
   * that it had before.
   */
  async training<T>(options: EngineOptions, train: (engine: Engine) => Promise<T>): Promise<T> {
    const before = this.#modelWeights();
    try {
      const result = await train(await this.#training(options));
      // The model's variables have just been given the engine's weights.
      this.#seen = this.#variables();
      return result;
    } catch (error) {
      if (this.#trainer) this.#forget(this.#trainer);
      this.#setModelWeights(before);
      throw error;
    }
  }

  async #training(options: EngineOptions): Promise<Engine> {
    const kind = kindOf(options);
    const kept = this.#trainer;
    const changed = this.#changed();
    // A schedule belongs to the training it was made for.
    if (kept?.kind === kind && !options.optimizer.scheduled && !kept.engine.optimizer.scheduled) {
      kept.engine.load(loadable(options));
      if (changed) kept.engine.setWeights(this.#modelWeights());
      return kept.engine;
    }
    // Read before the state: reading the state makes the eager engine overwrite the model's variables.
    const weights = changed ? this.#modelWeights() : null;
    const state = kept?.engine.state();
    if (kept) this.#forget(kept);
    const engine = await createEngine(this.#name, options);
    this.#trainer = { engine, kind };
    if (state) engine.restore(state);
    if (state && weights) engine.setWeights(weights);
    return engine;
  }

  /** An engine that evaluates the examples with the present weights. */
  async evaluating(options: EngineOptions): Promise<Engine> {
    const kind = kindOf(options);
    if (this.#evaluator?.kind !== kind) {
      if (this.#evaluator) this.#forget(this.#evaluator);
      this.#evaluator = null;
      this.#evaluator = { engine: await createEngine(this.#name, options), kind };
    }
    const { engine } = this.#evaluator;
    const changed = this.#changed();
    engine.load(loadable(options));
    engine.setWeights(this.#modelWeights());
    // The eager engine assigns the model's variables the values they have: this is no change from outside.
    if (this.#seen && !changed) this.#seen = this.#variables();
    return engine;
  }

  /** An engine with the present weights, if there is one. */
  any(): Engine | null {
    const engine = this.#trainer?.engine ?? this.#evaluator?.engine ?? null;
    if (engine && (this.#changed() || !this.#trainer)) engine.setWeights(this.#modelWeights());
    return engine;
  }

  close(): void {
    for (const kept of [this.#trainer, this.#evaluator]) kept?.engine.close();
    this.#trainer = null;
    this.#evaluator = null;
  }

  #forget(kept: Kept): void {
    kept.engine.close();
    if (kept === this.#trainer) this.#trainer = null;
  }

  #modelWeights(): Float32Array[] {
    return this.#model.variables.map((variable) => Float32Array.from(variable.dataSync()));
  }

  #setModelWeights(values: readonly Float32Array[]): void {
    const { tf, variables } = this.#model;
    tf.tidy(() => {
      variables.forEach((variable, i) => {
        variable.assign(tf.tensor(values[i] as Float32Array, variable.shape));
      });
    });
  }

  /** tfjs gives a variable another data id with every assignment. */
  #variables(): object[] {
    return this.#model.variables.map(({ dataId }) => dataId);
  }

  /** Whether the model's weights were assigned from outside. */
  #changed(): boolean {
    const now = this.#variables();
    return this.#seen !== null && now.some((id, i) => id !== this.#seen?.[i]);
  }
}

function loadable({ train, validation }: EngineOptions): { train?: Examples; validation?: Examples } {
  return { ...(train && { train }), ...(validation && { validation }) };
}

/** All that a captured graph depends on besides the model. */
function kindOf({ train, validation, batchSizes, seed }: EngineOptions): string {
  const columns = (examples: Examples | null) =>
    examples && columnsOf(examples).map(({ dtype, shape }) => [dtype, shape]);
  return JSON.stringify([columns(train), columns(validation), batchSizes, seed]);
}
