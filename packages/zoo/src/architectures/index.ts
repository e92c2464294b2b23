import { type Architecture, architectureNamed } from "../architecture.js";
import { cnnNopool } from "./cnn-nopool.js";
import { cnnSmall } from "./cnn-small.js";
import { lenet } from "./lenet.js";
import { mlp } from "./mlp.js";
import { mlp512 } from "./mlp512.js";
import { regcnn } from "./regcnn.js";
import { resnet } from "./resnet.js";
import { transformer } from "./transformer.js";
import { vgg } from "./vgg.js";

const index: Record<string, Architecture> = {
  lenet,
  resnet,
  vgg,
  transformer,
  regcnn,
  mlp512,
  "cnn-nopool": cnnNopool,
  mlp,
  "cnn-small": cnnSmall,
};

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
