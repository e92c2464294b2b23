import type { Architecture } from "@congruent/zoo";

/** tfjs' layers model, without importing tfjs. */
export type LayersModel = ReturnType<Architecture["build"]>;
