import type { EpochLog } from "@congruent/core/schemas";
import { DataTable, formatPercent } from "@congruent/report/components";
import { type CurveRun, curves } from "@congruent/report/figures";
import { useMemo, useState } from "preact/hooks";
import { Problem } from "../shared/Problem.js";
import { fetchResults } from "../shared/results.js";
import type { ResultsEntry } from "../shared/results-index.js";
import { useAsync } from "../shared/use-async.js";
import { useLatest } from "../shared/use-latest.js";
import { LiveFigure } from "./LiveFigure.js";

/** The most lines in one figure: more cannot be told apart. */
const MOST = 6;
const FIRST_SHOWN = 2;

/** The epochs of the chosen models over each other; at first, of the first two. */
export function Training({ models }: { models: readonly ResultsEntry[] }) {
  const trained = models.filter(({ epochs }) => epochs > 0);
  const [names, setNames] = useState(() => trained.slice(0, FIRST_SHOWN).map(({ name }) => name));
  const shown = trained.map(({ name }) => name).filter((name) => names.includes(name));
  const loaded = useAsync(shown.join("\n"), () => loadRuns(shown));
  const { value, waiting } = useLatest(loaded);
  const figures = useMemo(
    () =>
      value && value.runs.length > 0
        ? (["accuracy", "loss"] as const).map((metric) => curves({ runs: value.runs, metric }))
        : [],
    [value],
  );
  if (trained.length === 0) return null;
  const toggle = (name: string) =>
    setNames(names.includes(name) ? names.filter((each) => each !== name) : [...names, name]);
  return (
    <section class="card" aria-labelledby="training" aria-busy={waiting}>
      <h2 id="training">Training</h2>
      <fieldset class="choices">
        <legend class="note">Up to {MOST} models over each other</legend>
        {trained.map(({ name }) => (
          <label key={name}>
            <input
              type="checkbox"
              checked={names.includes(name)}
              disabled={!names.includes(name) && names.length >= MOST}
              onChange={() => toggle(name)}
            />
            {name}
          </label>
        ))}
      </fieldset>
      {value?.problems.map((problem, index) => (
        <Problem key={index} error={problem} />
      ))}
      {shown.length === 0 && <p class="note">No model is chosen.</p>}
      {!value && waiting && (
        <p class="note" role="status">
          Loading …
        </p>
      )}
      <div class="live-figures">
        {figures.map((figure) => (
          <LiveFigure key={figure.title} figure={figure} />
        ))}
      </div>
      {value && value.runs.length > 0 && (
        <details>
          <summary>The same as a table</summary>
          <DataTable caption="Epochs" {...tableOf(value.runs)} />
        </details>
      )}
    </section>
  );
}

/** The figures that these models have, and why the others have none. */
async function loadRuns(names: readonly string[]): Promise<{ runs: CurveRun[]; problems: unknown[] }> {
  const outcomes = await Promise.allSettled(
    names.map(async (name) => ({ name, epochs: (await fetchResults(name)).epochs })),
  );
  return {
    runs: outcomes.flatMap((outcome) => (outcome.status === "fulfilled" ? [outcome.value] : [])),
    problems: outcomes.flatMap((outcome) => (outcome.status === "rejected" ? [outcome.reason] : [])),
  };
}

function tableOf(runs: readonly CurveRun[]) {
  const percent = (share: number | undefined) => (share === undefined ? "–" : formatPercent(share));
  const loss = (value: number | undefined) => value?.toPrecision(4) ?? "–";
  const cells = ({ epoch, accuracy, valAccuracy, loss: trained, valLoss }: EpochLog) => [
    String(epoch),
    percent(accuracy),
    percent(valAccuracy),
    loss(trained),
    loss(valLoss),
  ];
  return {
    columns: [
      { title: "model" },
      ...["epoch", "accuracy", "validation", "loss", "validation loss"].map((title) => ({
        title,
        numeric: true,
      })),
    ],
    rows: runs.flatMap(({ name, epochs }) => epochs.map((log) => [name, ...cells(log)])),
  };
}
