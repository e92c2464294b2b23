import { CongruentError, closest, directionOf, loggedField } from "@congruent/core";
import type { EpochLog } from "@congruent/core/schemas";

export type MonitorMode = "auto" | "min" | "max";

/** Monitors one field of the epochs' logs, as Keras' MonitorCallback. */
export interface Monitor {
  /** The field, in our spelling. */
  readonly field: string;
  valueOf(log: EpochLog): number;
  /** Whether a value is better than a reference by more than minDelta; anything is better than null. */
  improves(value: number, reference: number | null): boolean;
}

/**
 * @param name a field of the log (valLoss) or Keras' name for it (val_loss)
 * @param logged the fields that every epoch's log will have
 * @throws CongruentError `E_MONITOR` for a field that no epoch logs, `E_MONITOR_MODE` where the name does not say
 * which way is better.
 * @example
 * ```ts
 * const { field, improves } = monitor("val_loss", "auto", 0.1, ["loss", "valLoss"]);
 * field; // => "valLoss"
 * improves(0.85, 1); // => true
 * improves(0.95, 1); // => false
 * ```
 */
export function monitor(
  name: string,
  mode: MonitorMode,
  minDelta: number,
  logged: readonly string[],
): Monitor {
  const field = loggedField(name);
  if (!logged.includes(field)) {
    const meant = closest(name, logged);
    throw new CongruentError({
      code: "E_MONITOR",
      what: `"${name}" cannot be monitored: no epoch logs it`,
      expected: `one of ${logged.join(", ")}`,
      fix: meant
        ? `monitor "${meant}"`
        : "monitor one of these; what begins with val needs a validation split",
    });
  }
  const direction = mode === "auto" ? directionOf(field) : mode;
  if (direction === undefined) {
    throw new CongruentError({
      code: "E_MONITOR_MODE",
      what: `whether a smaller or a larger "${name}" is better cannot be told from its name`,
      fix: 'give mode: "min" or mode: "max"',
    });
  }
  const delta = Math.abs(minDelta);
  // Keras compares as float32.
  const better = {
    min: (value: number, reference: number) => Math.fround(value + delta) < Math.fround(reference),
    max: (value: number, reference: number) => Math.fround(value - delta) > Math.fround(reference),
  }[direction];
  return {
    field,
    valueOf: (log) => (log as Record<string, unknown>)[field] as number,
    improves: (value, reference) => reference === null || better(value, reference),
  };
}
