import type { Hyperparameter, HyperparameterValue, HyperparameterValues } from "@congruent/core/schemas";
import type { Domain } from "./domain.js";
import type { Space } from "./space.js";

/**
 * A point of a space: each active hyper-parameter gets the value that `choose` gives, in the order of declaration.
 *
 * @param choose gets the hyper-parameter and the values so far
 */
export function pointOf(
  space: Space,
  choose: (hp: Hyperparameter, values: HyperparameterValues) => HyperparameterValue,
): HyperparameterValues {
  const values: HyperparameterValues = {};
  for (const hp of space.hyperparameters) {
    if (space.isActive(hp, values)) values[hp.name] = choose(hp, values);
  }
  return values;
}

/** The point of all defaults, which a search in order begins with. */
export function defaultPoint(space: Space): HyperparameterValues {
  return pointOf(space, ({ name }) => space.domain(name).default);
}

/** The same text for the same point, whatever the order of its names. */
export function pointKey(values: HyperparameterValues): string {
  return JSON.stringify(Object.entries(values).sort(([a], [b]) => (a < b ? -1 : 1)));
}

/** Which values a search in order takes of each domain. */
export type Visited = "grid" | "values";

/**
 * The point that follows in Keras Tuner's order: the last hyper-parameter changes fastest, and each begins with its
 * default, then takes its other values as they are listed.
 *
 * @returns null after the last one
 */
export function nextPoint(
  space: Space,
  values: HyperparameterValues,
  visited: Visited,
): HyperparameterValues | null {
  const active = space.hyperparameters.filter((hp) => Object.hasOwn(values, hp.name));
  for (const hp of active.toReversed()) {
    const order = orderOf(space.domain(hp.name), visited);
    const next = order[order.indexOf(values[hp.name] as HyperparameterValue) + 1];
    if (next === undefined) continue;
    const before = space.hyperparameters.slice(0, space.hyperparameters.indexOf(hp));
    const kept = new Set(before.map(({ name }) => name));
    return pointOf(space, ({ name }) => {
      if (name === hp.name) return next;
      return kept.has(name) ? (values[name] as HyperparameterValue) : space.domain(name).default;
    });
  }
  return null;
}

const orders: Record<Visited, WeakMap<Domain, readonly HyperparameterValue[]>> = {
  grid: new WeakMap(),
  values: new WeakMap(),
};

function orderOf(domain: Domain, visited: Visited): readonly HyperparameterValue[] {
  const known = orders[visited].get(domain);
  if (known) return known;
  const order = [domain.default, ...domain[visited]().filter((value) => value !== domain.default)];
  orders[visited].set(domain, order);
  return order;
}

/** All points of a space in Keras Tuner's order; null where there are more than `limit` of them. */
export function allPoints(space: Space, limit: number, visited: Visited): HyperparameterValues[] | null {
  const sizeOf = ({ name }: Hyperparameter) =>
    visited === "grid" ? space.domain(name).grid().length : space.domain(name).size;
  if (space.hyperparameters.some((hp) => (sizeOf(hp) ?? Number.POSITIVE_INFINITY) > limit)) return null;
  const points: HyperparameterValues[] = [];
  let point: HyperparameterValues | null = defaultPoint(space);
  while (point) {
    if (points.length === limit) return null;
    points.push(point);
    point = nextPoint(space, point, visited);
  }
  return points;
}
