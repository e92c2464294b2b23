import { type Architecture, architectureNamed } from "./architecture.js";
import { cnnNopool } from "./architectures/cnn-nopool.js";
import { cnnSmall } from "./architectures/cnn-small.js";
import { lenet } from "./architectures/lenet.js";
import { mlp } from "./architectures/mlp.js";
import { mlp512 } from "./architectures/mlp512.js";
import { regcnn } from "./architectures/regcnn.js";
import { resnet } from "./architectures/resnet.js";
import { transformer } from "./architectures/transformer.js";
import { vgg } from "./architectures/vgg.js";

export { type Architecture, layerSeeds, type TensorFlow } from "./architecture.js";
export { registerLayers } from "./layers/index.js";
export {
  type LayerSummary,
  type ModelSummary,
  summarise,
  summaryHead,
  summaryRows,
  summaryTotals,
} from "./summary.js";

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
