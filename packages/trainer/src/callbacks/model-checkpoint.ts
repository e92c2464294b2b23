import { requireCount } from "@congruent/core";
import { saveLayersModel } from "@congruent/layers";
import type { Engine } from "../engines/engine.js";
import type { Callback } from "./callback.js";
import { fileName } from "./file-name.js";
import { type Monitor, type MonitorMode, monitor } from "./monitor.js";
import { refuseOtherEnding, saveWeights } from "./weights-file.js";

export interface ModelCheckpointOptions {
  /**
   * The folder of a tfjs layers model; with `saveWeightsOnly` a file that ends in .safetensors. May hold fields of the log:
   * `models/{epoch:02d}-{valLoss:.2f}`, with a number as `saveFreq` also `{batch}`.
   */
  filepath: string;
  monitor?: string;
  /** Only what is better than all before is saved. */
  saveBestOnly?: boolean;
  mode?: MonitorMode;
  /** Value that must be beaten, for `saveBestOnly`. */
  initialValueThreshold?: number;
  /**
   * When it saves: after every epoch, or after so many steps, counted over all epochs. Then the logs are means over the
   * epoch so far, without the validation's. Default: "epoch".
   */
  saveFreq?: "epoch" | number;
  /** Saves the weights alone, as one safetensors file; `loadWeights` reads it. Default: false. */
  saveWeightsOnly?: boolean;
}

/**
 * Saves the model after an epoch or some steps, as `keras.callbacks.ModelCheckpoint`. It is for models to inspect and
 * use. An interrupted training does not resume from them but from the checkpoints that every training writes into its run directory.
 *
 * @throws CongruentError `E_SAVE_FREQ` or `E_WEIGHTS_FILE` for options that say nothing; when the training begins `E_MONITOR`, `E_MONITOR_MODE`
 */
export function modelCheckpoint(options: ModelCheckpointOptions): Callback {
  const { filepath, saveBestOnly = false, mode = "auto", initialValueThreshold = null } = options;
  const { saveFreq = "epoch", saveWeightsOnly = false } = options;
  const perEpoch = saveFreq === "epoch";
  if (!perEpoch) requireCount(saveFreq, "saveFreq", "E_SAVE_FREQ");
  if (saveWeightsOnly) refuseOtherEnding(filepath);
  let monitored: Monitor | undefined;
  let best: number | null = initialValueThreshold;

  const save = async (log: Record<string, number | undefined>, engine: Engine) => {
    if (monitored) {
      const value = monitored.valueOf(log as never);
      if (!monitored.improves(value, best)) return;
      best = value;
    }
    engine.sync();
    const path = fileName(filepath, log as Record<string, number>);
    await (saveWeightsOnly ? saveWeights(engine.model, path) : saveLayersModel(engine.model, path));
  };
  return {
    name: "modelCheckpoint",

    onTrainBegin({ logged }) {
      const fields = perEpoch ? logged : logged.filter((field) => !ONLY_OF_EPOCHS.test(field));
      const defaultField = perEpoch ? "valLoss" : "loss";
      monitored = saveBestOnly ? monitor(options.monitor ?? defaultField, mode, 0, fields) : undefined;
      best = initialValueThreshold;
    },

    ...(perEpoch
      ? { onEpochEnd: (log, engine) => save(log as unknown as Record<string, number>, engine) }
      : { everySteps: saveFreq, onSteps: (log, engine) => save({ ...log, batch: log.step }, engine) }),

    state: () => ({ values: { best }, weights: null }),
    restore({ values }) {
      best = values.best as number | null;
    },
  };
}

/** What is known at the end of an epoch alone. */
const ONLY_OF_EPOCHS = /^(val[A-Z]|learningRate$)/;
