import type { EpochLog } from "@congruent/core/schemas";
import type { Fitted } from "../fit.js";

/** The result of a training, like Keras' History. */
export interface History {
  /** The epochs' numbers, from 1. */
  epoch: number[];
  /** Loss and metrics of each epoch; those of the validation with `val` in front (`valLoss`). */
  history: Record<string, number[]>;
  /** The whole logs, with times. */
  logs: readonly EpochLog[];
  /** Which callback ended the training early, and why; null where none did. */
  stopped: Fitted["stopped"];
}

/** Fields of a log about the training itself; they are not results. */
const CIRCUMSTANCES = new Set(["epoch", "steps", "seconds", "examplesPerSecond"]);

export function historyOf({ logs, stopped }: Fitted): History {
  const keys = Object.keys(logs[0] ?? {}).filter((key) => !CIRCUMSTANCES.has(key));
  const values = (key: string) => logs.map((log) => log[key] as number);
  return {
    epoch: logs.map(({ epoch }) => epoch),
    history: Object.fromEntries(keys.map((key) => [key, values(key)])),
    logs,
    stopped,
  };
}
