import { isDeepStrictEqual } from "node:util";
import type { HyperparameterInput, HyperparameterValues } from "@congruent/core/schemas";
import { HyperParameters, scopeKey } from "./hyperparameters.js";
import { randomPoint } from "./samplers/random-point.js";
import { spaceOf } from "./space/space.js";
import { spaceError } from "./space/space-error.js";

/** How many points are tried for hyper-parameters that show up without a conditional scope. */
const PROBES = 32;

/**
 * The search space that a build function declares, found by running it: with the defaults, then with each conditional
 * scope entered. It must not do more than describe what is to be trained: it runs some dozens of times.
 *
 * @throws CongruentError `E_SPACE_CHANGED` for a hyper-parameter that is declared with some values only, outside of a scope
 *
 * @example
 * ```ts
 * const space = discoverSpace((hp) => {
 *   hp.boolean("deep");
 *   hp.conditionalScope("deep", [true], () => hp.int("layers", { min: 2, max: 5 }));
 * });
 * space.map(({ name }) => name); // => ["deep", "layers"]
 * ```
 */
export function discoverSpace(build: (hp: HyperParameters) => unknown): HyperparameterInput[] {
  const known = new Map<string, HyperparameterInput>();
  const order: string[] = [];
  const entered = new Set<string>();
  const waiting: HyperparameterValues[] = [{}];
  for (let values = waiting.shift(); values; values = waiting.shift()) {
    const hp = new HyperParameters(values);
    build(hp);
    for (const one of hp.declared) {
      const before = known.get(one.name);
      if (before && !isDeepStrictEqual(before, one)) {
        throw spaceError("DUPLICATE", `"${one.name}" is declared twice, differently`, "each name once");
      }
      known.set(one.name, one);
    }
    mergeOrder(order, hp.order);
    for (const scope of hp.scopes) {
      const key = scopeKey(scope);
      if (entered.has(key)) continue;
      entered.add(key);
      for (const value of scope.values) waiting.push({ ...hp.values, [scope.parent]: value });
    }
  }
  const found = order.flatMap((name) => known.get(name) ?? []);
  const space = spaceOf(found);
  for (let probe = 0; probe < PROBES; probe++) {
    const hp = new HyperParameters(randomPoint(space, 0, `probe ${probe}`));
    build(hp);
    refuseUnknown(hp, known);
  }
  return found;
}

/** @throws CongruentError `E_SPACE_CHANGED` */
export function refuseUnknown({ declared }: HyperParameters, known: { has(name: string): boolean }): void {
  const late = declared.find(({ name }) => !known.has(name));
  if (!late) return;
  throw spaceError(
    "CHANGED",
    `"${late.name}" is declared with some values only`,
    "what depends on a value inside of hp.conditionalScope(parent, values, body)",
  );
}

/** Puts what is new where it stood in its own run: after what came before it there. */
function mergeOrder(order: string[], run: readonly string[]): void {
  let after = -1;
  for (const key of run) {
    const at = order.indexOf(key);
    if (at < 0) order.splice(after + 1, 0, key);
    after = at < 0 ? after + 1 : at;
  }
}
