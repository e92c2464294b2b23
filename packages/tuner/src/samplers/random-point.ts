import type { HyperparameterValues } from "@congruent/core/schemas";
import { drawsOf } from "../draws.js";
import { pointOf } from "../space/points.js";
import type { Space } from "../space/space.js";

/** A point drawn evenly on each hyper-parameter's own scale. */
export function randomPoint(space: Space, seed: number, key: string): HyperparameterValues {
  return pointOf(space, ({ name }) => space.domain(name).at(drawsOf(seed, key, name)()));
}
