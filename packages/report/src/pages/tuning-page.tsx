import type { TuningResults } from "@congruent/core/schemas";
import { Section } from "../components/section.js";
import { tuningFigures } from "../figures/tuning-figures.js";
import type { Sheet } from "../formats/sheet.js";
import { FigureView } from "./figure-view.js";
import { renderSheetAround, SheetBody } from "./sheet-page.js";

/** A search as a page of its own. */
export function renderTuningPage(results: TuningResults, sheet: Sheet): string {
  return renderSheetAround(
    sheet,
    <>
      {results.ranking.length > 0 && (
        <Section id="search" title="The search">
          {tuningFigures(results).map((figure) => (
            <FigureView key={figure.title} figure={figure} />
          ))}
        </Section>
      )}
      <SheetBody sheet={sheet} />
    </>,
  );
}
