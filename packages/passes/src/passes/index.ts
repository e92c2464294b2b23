/** Every pass by its name, in the order in which they take turns. */
import type { Pass } from "../pass.js";
import { cancelTransposes } from "./cancel-transposes.js";
import { commonSubexpressions } from "./common-subexpressions.js";
import { dropIdentities } from "./drop-identities.js";
import { foldBatchNormalization } from "./fold-batch-normalization.js";
import { foldConstants } from "./fold-constants.js";
import { fuseActivations } from "./fuse-activations.js";
import { removeUnused } from "./remove-unused.js";

/**
 * Constants first, as others look for them; then what changes nothing; then the order of axes, which lets layers and their normalizations meet;
 * what was left behind last.
 */
export const passes = {
  foldConstants,
  dropIdentities,
  cancelTransposes,
  foldBatchNormalization,
  fuseActivations,
  commonSubexpressions,
  removeUnused,
} satisfies Readonly<Record<string, Pass>>;

export type PassName = keyof typeof passes;
