import { join } from "node:path";
import type { TensorFlow } from "../tensorflow.js";
import type { Callback } from "./callback.js";

type Writer = ReturnType<TensorFlow["node"]["summaryFileWriter"]>;

/** TensorBoard events as Keras writes them: `epoch_loss` and `epoch_accuracy` in the folders train and validation. */
export function tensorBoard(tf: TensorFlow, directory: string): Callback {
  let train: Writer | undefined;
  let validation: Writer | undefined;
  return {
    onEpochEnd(log) {
      train ??= tf.node.summaryFileWriter(join(directory, "train"));
      train.scalar("epoch_loss", log.loss, log.epoch);
      if (log.accuracy !== undefined) train.scalar("epoch_accuracy", log.accuracy, log.epoch);
      train.flush();
      if (log.valLoss === undefined || log.valAccuracy === undefined) return;
      validation ??= tf.node.summaryFileWriter(join(directory, "validation"));
      validation.scalar("epoch_loss", log.valLoss, log.epoch);
      validation.scalar("epoch_accuracy", log.valAccuracy, log.epoch);
      validation.flush();
    },
  };
}
