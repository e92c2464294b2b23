import type { Evaluation } from "@congruent/core/schemas";
import type { Split } from "@congruent/datasets";
import { confusionMatrix, type DocumentBlock, mistakeGrid, predictionGrid } from "@congruent/report";
import type { ScoredModel, StudyModel } from "../study.js";
import { pictureAt } from "./pictures.js";
import { scored } from "./scored.js";
import { figure } from "./section.js";

/** What an evaluation says of one image: all mistakes are listed in it, so the others are right. */
function answerTo(evaluation: Evaluation, index: number, right: number): string {
  const mistake = evaluation.mistakes.find((each) => each.index === index);
  return evaluation.labels[mistake?.predicted ?? right] ?? "?";
}

/** What the models say of the first test images: green when right, red when wrong. */
export function predictionsFigure(
  models: readonly StudyModel[],
  test: Split,
  { count = 10, name = "predictions", title }: { count?: number; name?: string; title?: string } = {},
): DocumentBlock | null {
  const there = scored(models);
  const [first] = there;
  if (!first) return null;
  const { labels, dataset } = first.found.evaluation;
  const shown = Math.min(count, test.labels.length, dataset.samples);
  const predictions = Array.from({ length: shown }, (_, index) => {
    const right = test.labels[index] as number;
    return {
      src: pictureAt(test, index),
      label: labels[right] ?? "?",
      answers: there.map(({ found }) => answerTo(found.evaluation, index, right)),
    };
  });
  const usual = `The first ${shown} test images`;
  return figure(
    name,
    predictionGrid({
      predictions,
      title: title ?? (there.length === 1 ? `${first.name}: ${usual.toLowerCase()}` : usual),
      ...(there.length > 1 && { models: there.map((model) => model.name) }),
    }),
  );
}

/** The mistakes that a model was most sure of; of a model without probabilities, the first in the file's order. */
export function mistakesFigure(
  { name, found }: ScoredModel,
  test: Split,
  { count = 10 } = {},
): DocumentBlock | null {
  const { mistakes, labels } = found.evaluation;
  if (mistakes.length === 0) return null;
  const label = (index: number) => labels[index] ?? "?";
  const sure = mistakes.some(({ probability }) => probability !== null);
  return figure(
    `${name}-mistakes`,
    mistakeGrid({
      title: `${name}: wrong, ${sure ? "the most confident first" : "in the order of the test images"}`,
      mistakes: mistakes.slice(0, count).map(({ index, label: right, predicted, probability }) => ({
        src: pictureAt(test, index),
        label: label(right),
        predicted: label(predicted),
        probability,
      })),
    }),
    {
      note: `${mistakes.length} mistakes in all${sure ? "; the percentage is the probability of the wrong class" : ""}.`,
    },
  );
}

/** A model's confusion matrix. */
export function confusions({ name, found }: ScoredModel): DocumentBlock {
  const { labels, confusion } = found.evaluation;
  return figure(`${name}-confusion`, confusionMatrix({ labels, confusion }), {
    title: `${name}: confusion matrix`,
  });
}
