import type { CallbackConfig } from "@congruent/core/schemas";
import type { Callback, TrainBegin } from "./callback.js";
import { type Monitor, monitor } from "./monitor.js";

/**
 * Multiplies the learning rate by `factor` when a monitored value has not improved for `patience` epochs, with the
 * semantics of `keras.callbacks.ReduceLROnPlateau`; rates are float32, as Keras keeps them.
 *
 * The callback throws `E_SCHEDULE` where a schedule decides the learning rate.
 */
export function reduceLROnPlateau(config: Extract<CallbackConfig, { name: "reduceLROnPlateau" }>): Callback {
  const { factor, patience, cooldown, minLr } = config;
  let training: TrainBegin;
  let monitored: Monitor;
  let wait = 0;
  let best: number | null = null;
  let cooling = 0;

  const reduce = (): boolean => {
    const { optimizer, step } = training.engine;
    const rate = Math.fround(optimizer.learningRateAt(step + 1));
    if (rate <= Math.fround(minLr)) return false;
    optimizer.setLearningRate(Math.fround(Math.max(rate * factor, minLr)));
    return true;
  };

  return {
    name: "reduceLROnPlateau",

    onTrainBegin(begin) {
      training = begin;
      monitored = monitor(config.monitor, config.mode, config.minDelta, begin.logged);
      // Thrown now, not after the first plateau.
      const { optimizer, step } = begin.engine;
      optimizer.setLearningRate(optimizer.learningRateAt(step + 1));
      [wait, best, cooling] = [0, null, 0];
    },

    onEpochEnd(log) {
      const value = monitored.valueOf(log);
      if (cooling > 0) {
        cooling -= 1;
        wait = 0;
      }
      if (monitored.improves(value, best)) {
        best = value;
        wait = 0;
        return;
      }
      if (cooling > 0) return;
      wait += 1;
      if (wait >= patience && reduce()) {
        cooling = cooldown;
        wait = 0;
      }
    },

    state: () => ({ values: { wait, best, cooling }, weights: null }),

    restore({ values }) {
      wait = Number(values.wait);
      best = values.best as number | null;
      cooling = Number(values.cooling);
    },
  };
}
