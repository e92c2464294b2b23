import type { GraphValue } from "../value.js";

/**
 * The mask that tfjs hands to the layers of a model as it runs them one after the other. Its executor keeps the mask in an object that all
 * calls share, writes into it where an input of a layer has one, and never takes it out: a layer whose inputs have none is handed the last
 * one (tfjs-layers 4.22, engine/executor). A model inside another shares the object, unless there was none yet.
 */
export class HandedMask {
  #shared: { mask: GraphValue | null } | null = null;

  /** To a layer that is called now. */
  get handed(): GraphValue | null {
    return this.#shared?.mask ?? null;
  }

  /** Before a layer is called on these. The first one's counts, also where it has none and another has. */
  handOver(inputs: readonly GraphValue[]): void {
    if (inputs.some(({ mask }) => mask !== null)) this.#shared = { mask: inputs[0]?.mask ?? null };
  }

  /** While a model inside another one runs. */
  within<T>(run: () => T): T {
    const outside = this.#shared;
    const result = run();
    if (outside === null) this.#shared = null;
    return result;
  }
}
