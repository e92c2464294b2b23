import type { TrainBench } from "@congruent/core/schemas";
import { Section } from "../components/section.js";
import { stepTimes } from "../figures/step-times.js";
import type { Sheet } from "../formats/sheet.js";
import { FigureView } from "./figure-view.js";
import { renderSheetAround, SheetBody } from "./sheet-page.js";

/** A comparison of trainers as a page of its own. */
export function renderTrainBenchPage(bench: TrainBench, sheet: Sheet): string {
  return renderSheetAround(
    sheet,
    <>
      <Section id="times" title="Times">
        <FigureView figure={stepTimes(bench)} />
      </Section>
      <SheetBody sheet={sheet} factsTitle="What was run" />
    </>,
  );
}
