import type { CellStatus, Evaluation, ParityReport } from "@congruent/core/schemas";
import { VerdictBadge } from "../components/badge.js";
import { Headline } from "../components/headline.js";
import { formatCount, formatPercent } from "../formats/numbers.js";
import { STATUS_TEXT } from "../tables/parity-rows.js";
import type { ModelReportData } from "./model-report-data.js";
import { knowsScores } from "./probability-parts.js";

const CONTENTS = [
  ["samples", "Samples"],
  ["training", "Training"],
  ["scores", "Scores"],
  ["confusion", "Confusions"],
  ["probabilities", "Probabilities"],
  ["mistakes", "Mistakes"],
  ["parity", "Parity"],
  ["provenance", "Provenance"],
] as const;

/** Sections for which the evaluation is missing, or has no data, are left out. */
function isShown(id: (typeof CONTENTS)[number][0], evaluation: Evaluation | null): boolean {
  if (id === "probabilities") return evaluation !== null && knowsScores(evaluation);
  return evaluation !== null || (id !== "confusion" && id !== "mistakes");
}

/** How many runtimes ended in each status: `4 pass, 1 expected fail`. */
function tally(parity: ParityReport): string {
  const counts = new Map<CellStatus, number>();
  for (const cell of parity.cells) counts.set(cell.status, (counts.get(cell.status) ?? 0) + 1);
  return [...counts].map(([status, count]) => `${count} ${STATUS_TEXT[status]}`).join(", ");
}

/** The model's name, its verdict and the numbers that matter most. */
export function ModelHeader({ data }: { data: ModelReportData }) {
  const { card, evaluation, parity, parameters } = data;
  const right = evaluation ? evaluation.dataset.samples - evaluation.mistakes.length : 0;
  return (
    <header class="cg-header">
      <p class="cg-kicker">Congruent model report</p>
      <div class="cg-title">
        <h1>{card.name}</h1>
        {parity && <VerdictBadge report={parity} />}
      </div>
      <p>{card.description}</p>
      <dl class="cg-headlines">
        {evaluation ? (
          <Headline
            name={`${evaluation.dataset.split === "test" ? "Test" : "Training"} accuracy`}
            value={formatPercent(evaluation.accuracy)}
            hint={`${formatCount(right)} of ${formatCount(evaluation.dataset.samples)} right`}
          />
        ) : (
          <Headline name="Test accuracy" value="–" hint="not evaluated" />
        )}
        <Headline
          name="Parameters"
          value={parameters === null ? "–" : formatCount(parameters)}
          hint={parameters === null ? "not counted" : "weights in all"}
        />
        <Headline
          name="Parity"
          value={parity ? parity.verdict : "–"}
          hint={parity ? tally(parity) : "not compared"}
        />
        <Headline
          name="Data set"
          value={card.dataset.name}
          hint={`${card.labels.length} classes, ${card.dataset.license}`}
        />
      </dl>
      <nav class="cg-contents" aria-label="Contents">
        <ul>
          {CONTENTS.filter(([id]) => isShown(id, evaluation)).map(([id, title]) => (
            <li key={id}>
              <a href={`#${id}`}>{title}</a>
            </li>
          ))}
        </ul>
      </nav>
    </header>
  );
}
