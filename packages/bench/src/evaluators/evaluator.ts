import type { Contender } from "../contenders/contender.js";
import type { Prepared } from "../measure.js";

/** What every evaluation starts from: files that any of the contenders can read. */
export interface EvaluationJob {
  /** The ONNX file. */
  model: string;
  /** Name or path of the data set, whose test images are scored. */
  dataset: string;
  /** uint8, all test images one after the other. */
  images: string;
  /** [images, height, width, channels] */
  imageShape: readonly number[];
  /** int32, one for each image. */
  labels: string;
  classes: number;
  /** How many images are run first, to see that all compute the same. */
  compared: number;
  threads: number;
}

export interface PreparedEvaluation extends Prepared {
  job: EvaluationJob;
}

/** One that scores a test set; a step is one evaluation. */
export type Evaluator = Contender<PreparedEvaluation>;
