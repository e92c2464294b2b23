import { CongruentError, closest, directionOf, loggedField, mean } from "@congruent/core";
import type { TrialLog, TuningObjective } from "@congruent/core/schemas";

/** A field of the log, or that and which way is better. */
export type ObjectiveInput = string | { name: string; direction?: "min" | "max" | undefined };

/**
 * @throws CongruentError `E_OBJECTIVE_DIRECTION` where the name does not say which way is better
 *
 * @example
 * ```ts
 * objectiveFor("val_accuracy"); // => { name: "valAccuracy", direction: "max" }
 * ```
 */
export function objectiveFor(given: ObjectiveInput): TuningObjective {
  const { name: asked, direction: told } = typeof given === "string" ? { name: given } : given;
  const name = loggedField(asked);
  const direction = told ?? directionOf(name);
  if (direction) return { name, direction };
  throw new CongruentError({
    code: "E_OBJECTIVE_DIRECTION",
    what: `whether a smaller or a larger "${asked}" is better cannot be told from its name`,
    fix: `give the objective as { "name": "${asked}", "direction": "min" } or "max"`,
  });
}

/** @throws CongruentError `E_OBJECTIVE` for an objective that no epoch logs */
export function refuseUnlogged({ name }: TuningObjective, logged: readonly string[]): void {
  if (logged.includes(name)) return;
  const meant = closest(name, logged);
  throw new CongruentError({
    code: "E_OBJECTIVE",
    what: `the objective is "${name}", and no epoch logs it`,
    expected: `one of ${logged.join(", ")}`,
    fix: meant ? `take "${meant}"` : "take one of these; what begins with val needs a validation split",
  });
}

/**
 * The epoch with the best objective, as Keras Tuner scores a training; the first of equal ones. Epochs without a number
 * do not count.
 *
 * @returns null where no epoch has one
 * @throws CongruentError `E_OBJECTIVE`
 */
export function bestEpoch(
  logs: readonly TrialLog[],
  objective: TuningObjective,
): { index: number; log: TrialLog } | null {
  const { name, direction } = objective;
  for (const log of logs) refuseUnlogged(objective, Object.keys(log));
  const sign = direction === "max" ? 1 : -1;
  let best: { index: number; log: TrialLog } | null = null;
  for (const [index, log] of logs.entries()) {
    const value = log[name] as number;
    if (!Number.isFinite(value)) continue;
    if (!best || sign * (value - (best.log[name] as number)) > 0) best = { index, log };
  }
  return best;
}

/** Field by field, over those that all have. */
export function meanLog(logs: readonly TrialLog[]): TrialLog {
  const [first = {}] = logs;
  const shared = Object.keys(first).filter((name) => logs.every((log) => Object.hasOwn(log, name)));
  return Object.fromEntries(shared.map((name) => [name, mean(logs.map((log) => log[name] as number))]));
}
