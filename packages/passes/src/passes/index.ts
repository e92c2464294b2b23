/** Every pass by its name, in the order in which they take turns. */
import type { Pass } from "../pass.js";
import { cancelTransposes } from "./cancel-transposes.js";
import { dropIdentities } from "./drop-identities.js";
import { removeUnused } from "./remove-unused.js";

export const passes = {
  dropIdentities,
  cancelTransposes,
  removeUnused,
} satisfies Readonly<Record<string, Pass>>;

export type PassName = keyof typeof passes;
