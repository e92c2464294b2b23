import type { Evaluation } from "@congruent/core/schemas";
import { DataTable } from "../components/data-table.js";
import { Facts } from "../components/facts.js";
import { Section } from "../components/section.js";
import type { Sheet } from "../formats/sheet.js";
import { mistakeRows } from "../tables/score-rows.js";
import { MOST_MISTAKES, mistakesLead, Scores } from "./evaluation-parts.js";
import { Probabilities } from "./probability-parts.js";
import { renderSheetAround } from "./sheet-page.js";

/** An evaluation as a page of its own; `sheet` says whether the accuracy asked for was reached. */
export function renderEvaluationPage(evaluation: Evaluation, sheet: Sheet): string {
  const mistakes = evaluation.mistakes.slice(0, MOST_MISTAKES);
  return renderSheetAround(
    sheet,
    <>
      <Scores evaluation={evaluation} />
      <Probabilities evaluation={evaluation} />
      <Section
        id="mistakes"
        title="Mistakes"
        lead={mistakesLead(evaluation.mistakes.length, mistakes.length)}
      >
        {mistakes.length > 0 && (
          <DataTable caption="Wrongly classified samples" {...mistakeRows(mistakes, evaluation.labels)} />
        )}
      </Section>
      <Section id="facts" title="What was run">
        <Facts facts={sheet.facts} />
      </Section>
    </>,
  );
}
