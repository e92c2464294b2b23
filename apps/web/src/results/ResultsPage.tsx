import { useMemo, useState } from "preact/hooks";
import { NoModel } from "../shared/NoModel.js";
import { Page } from "../shared/Page.js";
import { Problem } from "../shared/Problem.js";
import { fetchResultsIndex } from "../shared/results.js";
import type { ResultsEntry } from "../shared/results-index.js";
import { useAsync } from "../shared/use-async.js";
import { modelInAddress, showInAddress } from "./address.js";
import { Comparison } from "./Comparison.js";
import { OneModel } from "./OneModel.js";
import { Training } from "./Training.js";

/** The scores of every model, in interactive figures. */
export function ResultsPage() {
  const index = useAsync("index", fetchResultsIndex);
  const [name, setName] = useState(modelInAddress);
  const models = useMemo(() => (index.state === "done" ? bestFirst(index.value) : []), [index]);
  const datasets = useMemo(() => byDataset(models), [models]);
  const chosen = models.find((model) => model.name === name) ?? models[0];

  const choose = (chosenName: string) => {
    showInAddress(chosenName);
    setName(chosenName);
  };
  return (
    <Page
      current="results"
      title="Results"
      lead="What each model scored on its test images. Point at a mark, a bar or a cell for its numbers; click a name in a legend to hide its series."
    >
      {index.state === "failed" && <Problem error={index.error} />}
      {index.state === "done" && models.length === 0 && <NoModel />}
      {chosen && name !== null && chosen.name !== name && (
        <p class="note" role="status">
          There are no results of “{name}” here; {chosen.name} is shown.
        </p>
      )}
      {datasets.map(([dataset, its]) => (
        <Comparison key={dataset} dataset={dataset} models={its} />
      ))}
      {chosen && (
        <>
          <Training models={models} />
          <OneModel models={models} chosen={chosen} onChoose={choose} />
        </>
      )}
    </Page>
  );
}

function bestFirst(models: readonly ResultsEntry[]): ResultsEntry[] {
  return [...models].sort((a, b) => b.accuracy - a.accuracy);
}

/** Accuracies on different images cannot be compared. */
function byDataset(models: readonly ResultsEntry[]): [string, ResultsEntry[]][] {
  const datasets = new Set(models.map(({ dataset }) => dataset));
  return [...datasets].map((name) => [name, models.filter(({ dataset }) => dataset === name)]);
}
