import { Registry } from "@congruent/core";
import type { Architecture } from "../architecture.js";
import { cnnNopool } from "./cnn-nopool.js";
import { cnnSmall } from "./cnn-small.js";
import { lenet } from "./lenet.js";
import { mlp } from "./mlp.js";
import { mlp512 } from "./mlp512.js";
import { regcnn } from "./regcnn.js";
import { resnet } from "./resnet.js";
import { transformer } from "./transformer.js";
import { vgg } from "./vgg.js";

const registry = new Registry<Architecture>(
  {
    kind: "architecture",
    code: "E_ARCHITECTURE",
    fix: "correct the recipe's architecture, or register your own with registerArchitecture",
  },
  {
    lenet,
    resnet,
    vgg,
    transformer,
    regcnn,
    mlp512,
    "cnn-nopool": cnnNopool,
    mlp,
    "cnn-small": cnnSmall,
  },
);

/** Every architecture by name. */
export const architectures: Readonly<Record<string, Architecture>> = registry.members;

/**
 * Adds an architecture of your own; recipes can then name it.
 *
 * @throws CongruentError `E_ARCHITECTURE` where there is one of that name already
 */
export function registerArchitecture(architecture: Architecture): void {
  registry.register(architecture.name, architecture);
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
  return registry.get(name);
}
