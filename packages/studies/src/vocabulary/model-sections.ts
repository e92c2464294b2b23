import type { Split } from "@congruent/datasets";
import type { DocumentSection } from "@congruent/report";
import type { StudyModel } from "../study.js";
import { confusions, mistakesFigure, predictionsFigure } from "./answers.js";
import { probabilityFigures } from "./calibration.js";
import { parityTable } from "./parity.js";
import { scored } from "./scored.js";
import { type Part, section } from "./section.js";

/** A confusion matrix of each model. */
export function confusionsSection(models: readonly StudyModel[]): DocumentSection {
  return section("confusions", "Confusions", scored(models).map(confusions));
}

/**
 * What models say of the first test images, and the mistakes that each was most sure of.
 *
 * @param shown the first test images that are shown
 * @param by the models whose answers to them are shown. Default: all.
 * @param title of these answers
 */
export function answersSection(
  models: readonly StudyModel[],
  test: Split,
  {
    shown = 10,
    mistakes = 10,
    by = models,
    title,
  }: { shown?: number; mistakes?: number; by?: readonly StudyModel[]; title?: string } = {},
): DocumentSection {
  return section(
    "answers",
    "Answers",
    predictionsFigure(by, test, { count: shown, ...(title !== undefined && { title }) }),
    scored(models).map((each) => mistakesFigure(each, test, { count: mistakes })),
  );
}

/** How far probabilities can be trusted, where models have them. */
export function probabilitiesSection(models: readonly StudyModel[]): DocumentSection {
  return section("probabilities", "Probabilities", scored(models).map(probabilityFigures));
}

/** How each model's one ONNX file computes on every runtime, and what more there is to say of that. */
export function paritySection(models: readonly StudyModel[], ...more: Part[]): DocumentSection {
  return section("parity", "Parity", parityTable(models), ...more);
}
