import type { CallbackConfig } from "@congruent/core/schemas";
import type { Callback, TrainBegin } from "./callback.js";
import { type Monitor, monitor } from "./monitor.js";

/**
 * Ends the training when a monitored value has not improved for `patience` epochs, with the semantics of
 * `keras.callbacks.EarlyStopping`. With `restoreBestWeights` the weights of the best epoch are those that the
 * training ends with, also where it ran to its last epoch; these are exported.
 */
export function earlyStopping(config: Extract<CallbackConfig, { name: "earlyStopping" }>): Callback {
  const { patience, baseline, restoreBestWeights, startFromEpoch } = config;
  let training: TrainBegin;
  let monitored: Monitor;
  let wait = 0;
  let best: number | null = null;
  let bestEpoch = 0;
  let bestWeights: readonly Float32Array[] | null = null;
  return {
    name: "earlyStopping",

    onTrainBegin(begin) {
      training = begin;
      monitored = monitor(config.monitor, config.mode, config.minDelta, begin.logged);
      [wait, best, bestEpoch, bestWeights] = [0, null, 0, null];
    },

    onEpochEnd(log, engine) {
      const value = monitored.valueOf(log);
      if (log.epoch <= startFromEpoch) return;
      const keep = () => {
        bestEpoch = log.epoch;
        if (restoreBestWeights) bestWeights = engine.weights();
      };
      if (restoreBestWeights && bestWeights === null) keep();
      wait += 1;
      if (monitored.improves(value, best)) {
        best = value;
        keep();
        // The patience starts again only where the baseline is beaten too.
        if (baseline === undefined || monitored.improves(value, baseline)) wait = 0;
        return;
      }
      if (wait >= patience && log.epoch > 1) {
        training.stopTraining(`${monitored.field} has not improved on ${best} for ${wait} epoch(s)`);
      }
    },

    onTrainEnd(_logs, engine) {
      if (bestWeights === null) return;
      engine.setWeights(bestWeights);
      engine.sync();
    },

    state: () => ({ values: { wait, best, bestEpoch }, weights: bestWeights }),

    restore({ values, weights }) {
      wait = Number(values.wait);
      best = values.best as number | null;
      bestEpoch = Number(values.bestEpoch);
      bestWeights = weights;
    },
  };
}
