import { formatSeconds } from "../formats/numbers.js";
import { bars } from "./bars.js";
import type { Figure } from "./figure.js";

export interface TrainingTimesOptions {
  /** `seconds` of all epochs; null where the model has not been trained here. */
  models: readonly { name: string; seconds: number | null }[];
  /** Where that was, such as "2 cores of an Example CPU". */
  machine?: string;
}

/**
 * How long each network took to train.
 *
 * @example
 * ```ts
 * trainingTimes({ models: [{ name: "lenet", seconds: 83 }, { name: "vgg", seconds: null }] }).description;
 * // => "Time of training: lenet 1 min 23 s, vgg not trained here."
 * ```
 */
export function trainingTimes({ models, machine }: TrainingTimesOptions): Figure {
  return bars({
    title: "Time of training",
    unit: machine === undefined ? "minutes" : `minutes, ${machine}`,
    bars: models.map(({ name, seconds }) => ({
      name,
      value: seconds === null ? null : seconds / 60,
      text: seconds === null ? "not trained here" : formatSeconds(seconds),
    })),
  });
}
