import type { Evaluation } from "@congruent/core/schemas";
import { DataTable } from "../components/data-table.js";
import { Facts } from "../components/facts.js";
import { Section } from "../components/section.js";
import { evaluationFigures } from "../figures/evaluation-figures.js";
import { metricFacts, metricNotes } from "../tables/metric-rows.js";
import { calibrationRows, rankRows, worstRows } from "../tables/probability-rows.js";
import { FigureView } from "./figure-view.js";

/** Whether an evaluation says anything of scores, be it why there are none; older files do not. */
export function knowsScores({ ranking, probabilistic, reasons }: Evaluation): boolean {
  return Boolean(ranking ?? probabilistic ?? reasons);
}

/** What an evaluation says beyond labels: ranks, curves, calibration; nothing for files that are too old to know. */
export function Probabilities({ evaluation }: { evaluation: Evaluation }) {
  const { ranking, probabilistic, labels } = evaluation;
  if (!knowsScores(evaluation)) return null;
  const { reliability, roc, precisionRecall } = evaluationFigures(evaluation);
  const notes = metricNotes(evaluation);
  const from = ranking ? `Classes are ranked by the model's ${ranking.from}.` : "";
  return (
    <Section id="probabilities" title="Probabilities" lead={[from, ...notes].filter(Boolean).join(" ")}>
      <Facts facts={metricFacts(evaluation, ["scores", "probabilities"])} />
      <div class="cg-figures">
        {[reliability, roc, precisionRecall].map(
          (figure) => figure && <FigureView key={figure.title} figure={figure} />,
        )}
      </div>
      {(ranking || probabilistic) && (
        <details class="cg-details">
          <summary>The same as tables</summary>
          {ranking && <DataTable caption="One class against the rest" {...rankRows(ranking, labels)} />}
          {probabilistic && (
            <DataTable caption="Confidence and accuracy" {...calibrationRows(probabilistic.calibration)} />
          )}
          {probabilistic && (
            <DataTable
              caption="True classes thought least likely"
              {...worstRows(probabilistic.worst, labels)}
            />
          )}
        </details>
      )}
    </Section>
  );
}
