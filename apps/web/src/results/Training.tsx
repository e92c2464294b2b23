import { curves } from "@congruent/report/figures";
import { useMemo, useState } from "preact/hooks";
import { Problem } from "../shared/Problem.js";
import { fetchResults } from "../shared/results.js";
import type { ResultsEntry } from "../shared/results-index.js";
import { useAsync } from "../shared/use-async.js";
import { LiveFigure } from "./LiveFigure.js";

/** As many runs as there are colours and marks. */
const MOST = 6;
const FIRST_SHOWN = 2;

/** The epochs of the chosen models over each other; at first, of the first two. */
export function Training({ models }: { models: readonly ResultsEntry[] }) {
  const trained = models.filter(({ epochs }) => epochs > 0);
  const [names, setNames] = useState(() => trained.slice(0, FIRST_SHOWN).map(({ name }) => name));
  const shown = trained.map(({ name }) => name).filter((name) => names.includes(name));
  const runs = useAsync(shown.join(" "), () =>
    Promise.all(shown.map(async (name) => ({ name, epochs: (await fetchResults(name)).epochs }))),
  );
  const figures = useMemo(
    () =>
      runs.state === "done" && runs.value.length > 0
        ? (["accuracy", "loss"] as const).map((metric) => curves({ runs: runs.value, metric }))
        : [],
    [runs],
  );
  if (trained.length === 0) return null;
  const toggle = (name: string) =>
    setNames(names.includes(name) ? names.filter((each) => each !== name) : [...names, name]);
  return (
    <section class="card" aria-labelledby="training">
      <h2 id="training">Training</h2>
      <fieldset class="choices">
        <legend class="note">Up to {MOST} models over each other</legend>
        {trained.map(({ name, title }) => (
          <label key={name} title={title}>
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
      {runs.state === "failed" && <Problem error={runs.error} />}
      {shown.length === 0 && <p class="note">No model is chosen.</p>}
      <div class="live-figures">
        {figures.map((figure) => (
          <LiveFigure key={figure.title} figure={figure} />
        ))}
      </div>
    </section>
  );
}
