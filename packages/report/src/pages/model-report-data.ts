import type {
  Agreement,
  AnyRecipe,
  Card,
  Environment,
  EpochLog,
  Evaluation,
  FitReport,
  ParityReport,
} from "@congruent/core/schemas";
import type { Picture } from "../pictures/picture.js";
import type { Mistake } from "./evaluation-parts.js";

/** All that is known of a trained model; what is null is left out of the page, with a sentence that says so. */
export interface ModelReportData {
  card: Card;
  modelSha256: string;
  recipe: AnyRecipe | null;
  environment: Environment | null;
  /** One entry per epoch; empty where no log exists. */
  epochs: readonly EpochLog[];
  /** Of a classical model: how it was fitted, and the file against scikit-learn's own predictions. */
  fit?: FitReport;
  agreement?: Agreement | null;
  evaluation: Evaluation | null;
  parity: ParityReport | null;
  /** Trainable and non-trainable weights, counted. */
  parameters: number | null;
  samples: readonly { picture: Picture; label: string }[];
  /** Those of `evaluation.mistakes` to show, with their pictures. */
  mistakes: readonly (Mistake & { picture: Picture })[];
  /** Pictures of samples whose decision flips between runtimes, by sample. */
  flipPictures?: readonly { sample: number; picture: Picture }[];
}
