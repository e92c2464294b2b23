import { type Architecture, architectureNamed } from "./architecture.js";
import { lenet } from "./architectures/lenet.js";

export { type Architecture, layerSeeds, type TensorFlow } from "./architecture.js";

const index: Record<string, Architecture> = { lenet };

/** Every architecture by name. */
export const architectures: Readonly<Record<string, Architecture>> = index;

/** Adds an architecture of your own; recipes can then name it. */
export function registerArchitecture(architecture: Architecture): void {
  index[architecture.name] = architecture;
}

/**
 * @throws CongruentError `E_ARCHITECTURE` when there is none of that name.
 *
 * @example
 * ```ts
 * architecture("lenet").inputShape; // => [28, 28, 1]
 * ```
 */
export function architecture(name: string): Architecture {
  return architectureNamed(index, name);
}
