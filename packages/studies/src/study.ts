import type { AnyRecipe, InferBench, TuningResults } from "@congruent/core/schemas";
import type { Dataset, Partition, Split } from "@congruent/datasets";
import type { DocumentSection } from "@congruent/report";
import type { ModelSummary } from "@congruent/zoo";
import type { StudyFiles } from "./csv-files.js";
import type { FoundModel } from "./models/found-model.js";

export interface Reported {
  accuracy: number;
  digits?: number;
  of?: string;
}

/** A model that a study is about. */
export interface ModelPlan {
  /** Its folder under models/. */
  name: string;
  /** Trained by this project's trainer from its recipe, or fitted by scikit-learn. */
  kind: "network" | "classical";
  /** What the study reported: an accuracy, with how many digits (default: 4), and of what where that is not the test images. */
  reported?: Reported;
  /** How long the study's training step took, and where. */
  reportedStep?: string;
}

/** One published study: what it is about, and its report as an outline. */
export interface Study {
  /** Also the file under studies/ and the folder of its report. */
  name: string;
  letter: string;
  title: string;
  question: string;
  models: readonly ModelPlan[];
  /** The model whose hyper-parameters a search found. */
  searched?: string;
  /** The model whose augmented images are shown. */
  augmented?: string;
  /** The model whose subset the study has in CSV files. */
  csv?: string;
  sections(context: StudyContext): DocumentSection[];
}

/** A model with all that is known of it here. */
export interface StudyModel {
  plan: ModelPlan;
  name: string;
  /** As it is (or would be) trained for this report; null where there is none in models/. */
  recipe: AnyRecipe | null;
  /** Its layers, as Keras would print them; null for classical models. */
  summary: ModelSummary | null;
  /** Null where the model is not there; `command` gets it. */
  found: FoundModel | null;
  command: string;
}

/** A model that is there. */
export type ScoredModel = StudyModel & { found: FoundModel };

/** What a study's outline is filled with. */
export interface StudyContext {
  study: Study;
  dataset: Dataset;
  quick: boolean;
  /** Whether data and training are the study's own: only then are its numbers comparable. */
  original: boolean;
  /** In the order of the study's plan. */
  models: readonly StudyModel[];
  model(name: string): StudyModel;
  /** The first training images, each followed by what the augmentation of `augmented` makes of it. */
  augmented: Split | null;
  /** The images as the model's recipe divides them; of a model without one, as the study's first recipe does. */
  parts(model: StudyModel): Partition;
  /** The search of `searched`; null where it has not been made here. */
  search: TuningResults | null;
  /** What `congruent bench infer` measured of the models, where that was given. */
  inference: InferBench | null;
  /** The CSV files of `csv`, written and read here; null for studies without. */
  files: StudyFiles | null;
}
