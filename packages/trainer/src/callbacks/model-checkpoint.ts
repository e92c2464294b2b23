import { saveLayersModel } from "@congruent/layers";
import type { Callback } from "./callback.js";
import { fileName } from "./file-name.js";
import { type Monitor, type MonitorMode, monitor } from "./monitor.js";

export interface ModelCheckpointOptions {
  /** The folder of a tfjs layers model; may hold fields of the log: `models/{epoch:02d}-{valLoss:.2f}`. */
  filepath: string;
  monitor?: string;
  /** Only an epoch that is better than all before is saved. */
  saveBestOnly?: boolean;
  mode?: MonitorMode;
  /** Value that must be beaten, for `saveBestOnly`. */
  initialValueThreshold?: number;
}

/**
 * Saves the model after an epoch, as `keras.callbacks.ModelCheckpoint`. It is for models to inspect and
 * use. An interrupted training does not resume from them but from the checkpoints that every training writes into its run directory.
 */
export function modelCheckpoint(options: ModelCheckpointOptions): Callback {
  const { filepath, saveBestOnly = false, mode = "auto", initialValueThreshold = null } = options;
  let monitored: Monitor | undefined;
  let best: number | null = initialValueThreshold;
  return {
    name: "modelCheckpoint",

    onTrainBegin({ logged }) {
      monitored = saveBestOnly ? monitor(options.monitor ?? "valLoss", mode, 0, logged) : undefined;
      best = initialValueThreshold;
    },

    async onEpochEnd(log, engine) {
      if (monitored) {
        const value = monitored.valueOf(log);
        if (!monitored.improves(value, best)) return;
        best = value;
      }
      engine.sync();
      await saveLayersModel(engine.model, fileName(filepath, log as unknown as Record<string, number>));
    },

    state: () => ({ values: { best }, weights: null }),
    restore({ values }) {
      best = values.best as number | null;
    },
  };
}
