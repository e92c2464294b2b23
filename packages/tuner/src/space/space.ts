import { checked, closest } from "@congruent/core";
import {
  type Hyperparameter,
  type HyperparameterInput,
  type HyperparameterValues,
  hyperparameterSchema,
} from "@congruent/core/schemas";
import { z } from "zod";
import type { Domain } from "./domain.js";
import { domainOf } from "./index.js";
import { spaceError } from "./space-error.js";

/** Hyper-parameters in the order of their declaration, those that others depend on first, with their values. */
export interface Space {
  hyperparameters: readonly Hyperparameter[];
  domain(name: string): Domain;
  /** Whether a hyper-parameter is there, given the values of those before it. */
  isActive(hp: Hyperparameter, values: HyperparameterValues): boolean;
}

/**
 * Checks a search space.
 *
 * @param declared hyper-parameters as data; one that another depends on comes before it
 * @throws CongruentError `E_SPACE_EMPTY` (no hyper-parameter, or one without values), `E_SPACE_RANGE`, `E_SPACE_STEP`,
 * `E_SPACE_SAMPLING`, `E_SPACE_DEFAULT`, `E_SPACE_DUPLICATE`, `E_SPACE_CONDITION`; `E_SCHEMA`
 *
 * @example
 * ```ts
 * const space = spaceOf([
 *   { type: "choice", name: "optimizer", values: ["adam", "sgd"] },
 *   { type: "float", name: "momentum", min: 0, max: 0.9, when: [{ name: "optimizer", values: ["sgd"] }] },
 * ]);
 * space.isActive(space.hyperparameters[1], { optimizer: "adam" }); // => false
 * ```
 */
export function spaceOf(declared: readonly HyperparameterInput[]): Space {
  const hyperparameters = checked(declared, z.array(hyperparameterSchema), "the search space");
  if (hyperparameters.length === 0) {
    throw spaceError("EMPTY", "the search space has no hyper-parameters", "at least one");
  }
  const domains = new Map<string, Domain>();
  for (const hp of hyperparameters) {
    if (domains.has(hp.name)) {
      throw spaceError("DUPLICATE", `"${hp.name}" is declared twice`, "each name once");
    }
    checkConditions(hp, domains);
    const domain = domainOf(hp);
    if (!domain.has(domain.default)) {
      throw spaceError(
        "DEFAULT",
        `the default ${JSON.stringify(domain.default)} of "${hp.name}" is none of its values`,
      );
    }
    domains.set(hp.name, domain);
  }
  return {
    hyperparameters,
    domain: (name) => domains.get(name) as Domain,
    isActive: (hp, values) =>
      (hp.when ?? []).every(
        ({ name, values: wanted }) =>
          Object.hasOwn(values, name) && wanted.some((value) => value === values[name]),
      ),
  };
}

function checkConditions(hp: Hyperparameter, before: ReadonlyMap<string, Domain>): void {
  for (const { name, values } of hp.when ?? []) {
    const parent = before.get(name);
    if (!parent) {
      const meant = closest(name, [...before.keys()]);
      throw spaceError(
        "CONDITION",
        `"${hp.name}" depends on "${name}", which is not declared before it`,
        meant && `"${meant}"?`,
      );
    }
    const never = values.find((value) => !parent.has(value));
    if (never === undefined) continue;
    throw spaceError(
      "CONDITION",
      `"${hp.name}" is there when "${name}" is ${JSON.stringify(never)}, which it never is`,
    );
  }
}
