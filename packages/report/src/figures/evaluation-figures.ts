import type { Evaluation } from "@congruent/core/schemas";
import type { Figure } from "./figure.js";
import { reliabilityDiagram } from "./reliability-diagram.js";
import { precisionRecallCurves, rocCurves, type ScoreCurve } from "./score-curves.js";

/** What an evaluation shows of a model's probabilities and scores; null where it has none. */
export function evaluationFigures({
  probabilistic,
  ranking,
  labels,
}: Pick<Evaluation, "probabilistic" | "ranking" | "labels">): {
  reliability: Figure | null;
  roc: Figure | null;
  precisionRecall: Figure | null;
} {
  const bins = probabilistic?.calibration.flatMap(({ from, to, count, confidence, accuracy }) =>
    confidence === null || accuracy === null ? [] : [{ low: from, high: to, count, confidence, accuracy }],
  );
  const name = (index: number) => labels[index] ?? String(index);
  const roc = ranking?.classes.flatMap(({ roc: curve, auc }, i): ScoreCurve[] =>
    curve === null || auc === null
      ? []
      : [{ label: name(i), points: points(curve.fpr, curve.tpr), area: auc }],
  );
  const precision = ranking?.classes.map(
    ({ precisionRecall: curve, averagePrecision }, i): ScoreCurve => ({
      label: name(i),
      points: points(curve.recall, curve.precision),
      area: averagePrecision,
    }),
  );
  return {
    reliability:
      probabilistic && bins
        ? reliabilityDiagram({ bins, expectedCalibrationError: probabilistic.calibrationError })
        : null,
    roc: roc ? rocCurves({ curves: roc }) : null,
    precisionRecall: precision ? precisionRecallCurves({ curves: precision }) : null,
  };
}

function points(x: readonly number[], y: readonly number[]): ScoreCurve["points"] {
  return x.map((value, i) => [value, y[i] ?? 0] as const);
}
