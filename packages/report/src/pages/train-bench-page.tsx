import type { TrainBench } from "@congruent/core";
import { DataTable } from "../components/data-table.js";
import { Facts } from "../components/facts.js";
import { Section } from "../components/section.js";
import { stepTimes } from "../figures/step-times.js";
import type { Sheet } from "../sheet.js";
import { renderDocument } from "./document.js";
import { FigureView } from "./figure-view.js";
import { SheetHeader } from "./sheet-page.js";

/** A comparison of trainers as a page of its own. */
export function renderTrainBenchPage(bench: TrainBench, sheet: Sheet): string {
  return renderDocument({
    title: sheet.title,
    description: sheet.lead,
    children: (
      <>
        <SheetHeader sheet={sheet} />
        <main id="content">
          <Section id="times" title="Times">
            <FigureView figure={stepTimes(bench)} />
          </Section>
          <Section id="results" title="Results">
            {sheet.tables.map((table) => (
              <DataTable key={table.caption} {...table} />
            ))}
          </Section>
          <Section id="notes" title="Notes">
            <ul class="cg-plain">
              {sheet.notes.map((note) => (
                <li key={note}>{note}</li>
              ))}
            </ul>
          </Section>
          <Section id="facts" title="What was run">
            <Facts facts={sheet.facts} />
          </Section>
        </main>
      </>
    ),
  });
}
