import type { ScoreComparison } from "@congruent/core/schemas";
import { Section } from "../components/section.js";
import { accuracyIntervals } from "../figures/accuracy-intervals.js";
import type { Sheet } from "../formats/sheet.js";
import { FigureView } from "./figure-view.js";
import { renderSheetAround, SheetBody } from "./sheet-page.js";

/** Models on the same images as a page of its own. */
export function renderScoreComparisonPage({ models }: ScoreComparison, sheet: Sheet): string {
  const figure = accuracyIntervals({
    models: models.map(({ name, accuracy, interval }) => ({ name, score: { accuracy, interval } })),
  });
  return renderSheetAround(
    sheet,
    <>
      <Section id="accuracies" title="Accuracies">
        <FigureView figure={figure} />
      </Section>
      <SheetBody sheet={sheet} factsTitle="What was compared" />
    </>,
  );
}
