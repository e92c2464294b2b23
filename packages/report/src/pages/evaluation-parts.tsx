import type { Evaluation } from "@congruent/core/schemas";
import { ConfusionTable } from "../components/confusion-table.js";
import { DataTable } from "../components/data-table.js";
import { Facts } from "../components/facts.js";
import type { ShownMistake } from "../components/mistakes-grid.js";
import { Section } from "../components/section.js";
import { confusionMatrix } from "../figures/confusion-matrix.js";
import { formatCount, formatPlural } from "../formats/numbers.js";
import { type Picture, pictureDataUrl } from "../pictures/picture.js";
import { metricFacts } from "../tables/metric-rows.js";
import { confusedRows, scoreRows } from "../tables/score-rows.js";
import { FigureView } from "./figure-view.js";

/** More mistakes would make the page too long to read. */
export const MOST_MISTAKES = 60;

export type Mistake = Evaluation["mistakes"][number];

export function mistakesLead(all: number, shown: number): string {
  if (all === 0) return "Every sample was classified correctly.";
  const which = shown < all ? `the ${formatCount(shown)} that the model was most sure of` : "all of them";
  return `${formatPlural(all, "sample")} classified wrongly; shown: ${which}, the most confident first, with the probability of the wrong class.`;
}

/** Mistakes with the names of their classes and their pictures as addresses. */
export function shownMistakes(
  mistakes: readonly (Mistake & { picture: Picture })[],
  labels: readonly string[],
): ShownMistake[] {
  return mistakes.map((mistake) => ({
    index: mistake.index,
    label: labels[mistake.label] ?? String(mistake.label),
    predicted: labels[mistake.predicted] ?? String(mistake.predicted),
    probability: mistake.probability,
    src: pictureDataUrl(mistake.picture),
  }));
}

/** Classification report and confusion matrix. */
export function Scores({ evaluation }: { evaluation: Evaluation }) {
  const { report, confusion, labels, dataset, runtime } = evaluation;
  const figure = confusionMatrix({ labels, confusion });
  const pairs = confusedRows(labels, confusion);
  return (
    <>
      <Section
        id="scores"
        title="Scores"
        lead={`${formatPlural(dataset.samples, "image")} of ${dataset.name} (${dataset.split}), classified by ${runtime}.`}
      >
        <Facts facts={metricFacts(evaluation, ["labels"])} />
        <DataTable caption="Classification report" {...scoreRows(report)} />
      </Section>
      <Section id="confusion" title="Confusions" lead={figure.description}>
        <div class="cg-columns">
          <FigureView
            figure={figure}
            note="A row per true class, a column per predicted one. Blue: right, orange: wrong, by share of the row; orange is full at 5 %."
          />
          {pairs.rows.length > 0 && <DataTable caption="Most frequent mistakes" {...pairs} />}
        </div>
        <details class="cg-details">
          <summary>The matrix as a table</summary>
          <ConfusionTable labels={labels} confusion={confusion} />
        </details>
      </Section>
    </>
  );
}
