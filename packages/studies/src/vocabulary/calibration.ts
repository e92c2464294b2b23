import { type DocumentBlock, evaluationFigures } from "@congruent/report";
import type { ScoredModel } from "../study.js";
import { figure, text } from "./section.js";

/** Reliability diagram, ROC and precision against recall, as far as the model's evaluation has them. */
export function probabilityFigures({ name, found }: ScoredModel): DocumentBlock[] {
  const { reasons } = found.evaluation;
  const { reliability, roc, precisionRecall } = evaluationFigures(found.evaluation);
  const why = [reasons?.probabilistic, reasons?.ranking].filter((reason) => reason !== undefined);
  return [
    ...(reliability ? [figure(`${name}-reliability`, reliability, { title: `${name}: reliability` })] : []),
    ...(roc ? [figure(`${name}-roc`, roc, { title: `${name}: ROC, class against rest` })] : []),
    ...(precisionRecall
      ? [figure(`${name}-precision-recall`, precisionRecall, { title: `${name}: precision against recall` })]
      : []),
    ...(why.length > 0 ? [text(`${name}: ${[...new Set(why)].join("; ")}.`)] : []),
  ];
}
