import { type DocumentBlock, formatBytes, formatCount, formatScore, formatSeconds } from "@congruent/report";
import type { StudyModel } from "../study.js";
import { NOT_HERE, scored } from "./scored.js";
import { table, text } from "./section.js";

/** How each classical model was fitted by scikit-learn, and what it took. */
export function fitsTable(models: readonly StudyModel[]): DocumentBlock {
  return table(
    "Fits by scikit-learn; the file of nearest neighbors carries its training images",
    [
      { title: "model" },
      { title: "class" },
      { title: "iterations", numeric: true },
      { title: "time of the fit", numeric: true },
      { title: "peak memory", numeric: true },
      { title: "model.onnx", numeric: true },
    ],
    models.map(({ name, found }) => {
      const fit = found?.fit;
      if (!fit) return [name, NOT_HERE, "–", "–", "–", "–"];
      const stopped = fit.converged === false ? " (its limit)" : "";
      return [
        name,
        fit.class,
        fit.iterations === null ? "–" : `${formatCount(fit.iterations)}${stopped}`,
        formatSeconds(fit.seconds.fit),
        formatBytes(fit.peakMemoryBytes),
        found.bytes === null ? "–" : formatBytes(found.bytes),
      ];
    }),
  );
}

/** Each classical model's ONNX file, in float32, against what scikit-learn itself predicts in float64. */
export function agreementTable(models: readonly StudyModel[]): DocumentBlock[] {
  const known = scored(models).filter(({ found }) => found.agreement);
  if (known.length === 0) return [];
  return [
    text(
      "The ONNX files of the classical models compute in float32 what scikit-learn computes in float64. Every test image that they label differently is counted; one whose margin is no larger than float32 can tell is a tie.",
    ),
    table(
      "ONNX against scikit-learn's own predictions",
      [
        { title: "model" },
        { title: "scikit-learn", numeric: true },
        { title: "ONNX", numeric: true },
        { title: "labeled differently", numeric: true },
        { title: "of them ties", numeric: true },
        { title: "verdict" },
      ],
      known.flatMap(({ name, found: { agreement } }) =>
        agreement
          ? [
              [
                name,
                formatScore(agreement.accuracy.source),
                formatScore(agreement.accuracy.runtime),
                `${agreement.disagreements.length} of ${formatCount(agreement.dataset.samples)}`,
                String(agreement.disagreements.filter(({ tie }) => tie).length),
                agreement.verdict,
              ],
            ]
          : [],
      ),
    ),
  ];
}
