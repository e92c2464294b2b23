import type { Evaluation, Probabilistic, Ranking } from "@congruent/core";
import { DataTable } from "../components/data-table.js";
import { Facts } from "../components/facts.js";
import { Section } from "../components/section.js";
import { reliabilityDiagram } from "../figures/reliability-diagram.js";
import { precisionRecallCurves, rocCurves, type ScoreCurve } from "../figures/score-curves.js";
import { calibrationRows, rankRows, scoreFacts, scoreNotes, worstRows } from "../probability-rows.js";
import { FigureView } from "./figure-view.js";

/** Whether an evaluation says anything of scores, be it why there are none; older files do not. */
export function knowsScores({ ranking, probabilistic, reasons }: Evaluation): boolean {
  return Boolean(ranking ?? probabilistic ?? reasons);
}

/** What an evaluation says beyond labels: ranks, curves, calibration; nothing for files that are too old to know. */
export function Probabilities({ evaluation }: { evaluation: Evaluation }) {
  const { ranking, probabilistic, labels } = evaluation;
  if (!knowsScores(evaluation)) return null;
  const notes = scoreNotes(evaluation);
  const from = ranking ? `Classes are ranked by the model's ${ranking.from}.` : "";
  return (
    <Section id="probabilities" title="Probabilities" lead={[from, ...notes].filter(Boolean).join(" ")}>
      <Facts facts={scoreFacts(evaluation)} />
      <div class="cg-figures">
        {probabilistic && <Reliability {...probabilistic} />}
        {ranking && <Curves ranking={ranking} labels={labels} />}
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

function Reliability({ calibration, calibrationError }: Probabilistic) {
  const bins = calibration.flatMap(({ from, to, count, confidence, accuracy }) =>
    confidence === null || accuracy === null ? [] : [{ low: from, high: to, count, confidence, accuracy }],
  );
  return <FigureView figure={reliabilityDiagram({ bins, expectedCalibrationError: calibrationError })} />;
}

function Curves({ ranking: { classes }, labels }: { ranking: Ranking; labels: readonly string[] }) {
  const name = (index: number) => labels[index] ?? String(index);
  const roc = classes.flatMap(({ roc: curve, auc }, i): ScoreCurve[] =>
    curve === null || auc === null
      ? []
      : [{ label: name(i), points: points(curve.fpr, curve.tpr), area: auc }],
  );
  const precision = classes.map(
    ({ precisionRecall: curve, averagePrecision }, i): ScoreCurve => ({
      label: name(i),
      points: points(curve.recall, curve.precision),
      area: averagePrecision,
    }),
  );
  return (
    <>
      <FigureView figure={rocCurves({ curves: roc })} />
      <FigureView figure={precisionRecallCurves({ curves: precision })} />
    </>
  );
}

function points(x: readonly number[], y: readonly number[]): ScoreCurve["points"] {
  return x.map((value, i) => [value, y[i] ?? 0] as const);
}
