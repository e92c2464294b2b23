import { CongruentError } from "@congruent/core";
import type { Card } from "@congruent/core/schemas";
import type { DatasetFacts } from "@congruent/datasets";

/**
 * The model's card, if the model takes this data set's images and answers with its classes.
 *
 * @throws CongruentError `E_MODEL_DATASET`
 */
export function checkFits(card: Card | null, dataset: DatasetFacts, model: string): Card {
  if (card === null) {
    throw misfit(
      `${model} has no card, so it is unknown what images it takes`,
      "a model that congruent exported",
    );
  }
  const sizes = [card.input, dataset].map(({ height, width, channels }) => `${height}x${width}x${channels}`);
  if (sizes[0] !== sizes[1]) {
    throw misfit(
      `${model} takes images of ${sizes[0]} (height x width x channels) and those of ${dataset.title} are ${sizes[1]}`,
      "a model and a data set with images of one size",
    );
  }
  if (card.labels.length !== dataset.labels.length) {
    throw misfit(
      `${model} knows ${card.labels.length} classes and ${dataset.title} has ${dataset.labels.length}`,
      "a model and a data set with the same classes",
    );
  }
  const other = card.labels.findIndex((label, index) => label !== dataset.labels[index]);
  if (other >= 0) {
    throw misfit(
      `class ${other} of ${model} is "${card.labels[other]}" and that of ${dataset.title} "${dataset.labels[other]}"`,
      "a model and a data set with the same classes in the same order",
    );
  }
  return card;
}

function misfit(what: string, expected: string): CongruentError {
  return new CongruentError({
    code: "E_MODEL_DATASET",
    what,
    expected,
    fix: "evaluate the model on the data set that it was trained for",
  });
}
