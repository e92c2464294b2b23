import type { Evaluation } from "@congruent/core/schemas";
import {
  ConfusionTable,
  confusedRows,
  DataTable,
  Facts,
  formatPlural,
  metricFacts,
  scoreRows,
} from "@congruent/report/components";
import { confusionMatrix, evaluationFigures } from "@congruent/report/figures";
import { useMemo, useState } from "preact/hooks";
import { ModelChoice } from "../shared/ModelChoice.js";
import { Problem } from "../shared/Problem.js";
import { fetchResults } from "../shared/results.js";
import type { ResultsEntry } from "../shared/results-index.js";
import { useAsync } from "../shared/use-async.js";
import { useLatest } from "../shared/use-latest.js";
import { LiveFigure } from "./LiveFigure.js";

interface OneModelProps {
  models: readonly ResultsEntry[];
  chosen: ResultsEntry;
  onChoose(name: string): void;
}

/** The right and wrong answers of one model, and its confidence. */
export function OneModel({ models, chosen, onChoose }: OneModelProps) {
  const results = useAsync(chosen.name, () => fetchResults(chosen.name));
  const { value, waiting } = useLatest(results);
  return (
    <section class="card" aria-labelledby="one-model" aria-busy={waiting}>
      <h2 id="one-model">One model</h2>
      <ModelChoice models={models} chosen={chosen.name} onChoose={onChoose} />
      {!value && waiting && (
        <p class="note" role="status">
          Loading …
        </p>
      )}
      {results.state === "failed" ? (
        <Problem error={results.error} />
      ) : (
        value && <Scores evaluation={value.evaluation} />
      )}
    </section>
  );
}

function Scores({ evaluation }: { evaluation: Evaluation }) {
  const { dataset, runtime, report, labels, confusion, reasons } = evaluation;
  const [normalized, setNormalized] = useState(false);
  const matrix = useMemo(
    () => confusionMatrix({ labels, confusion, normalized }),
    [labels, confusion, normalized],
  );
  const { reliability, roc, precisionRecall } = useMemo(() => evaluationFigures(evaluation), [evaluation]);
  const pairs = confusedRows(labels, confusion);
  const why = new Set([reasons?.probabilistic, reasons?.ranking].filter((reason) => reason !== undefined));
  return (
    <>
      <p class="note">
        {formatPlural(dataset.samples, "image")} of {dataset.name} ({dataset.split}), classified by {runtime}.
      </p>
      <Facts facts={metricFacts(evaluation)} />
      <div class="live-figures">
        <div>
          <LiveFigure figure={matrix} title="Confusion matrix" narrowest={0.9} />
          <label class="choice">
            <input type="checkbox" checked={normalized} onChange={() => setNormalized(!normalized)} />
            percent of each true class
          </label>
        </div>
        {[reliability, roc, precisionRecall].map(
          (figure) => figure && <LiveFigure key={figure.title} figure={figure} />,
        )}
      </div>
      {[...why].map((reason) => (
        <p key={reason} class="note">
          {reason}
        </p>
      ))}
      <details>
        <summary>The same as tables</summary>
        <DataTable caption="Classification report" {...scoreRows(report)} />
        {pairs.rows.length > 0 && <DataTable caption="Most frequent mistakes" {...pairs} />}
        <ConfusionTable labels={labels} confusion={confusion} />
      </details>
    </>
  );
}
