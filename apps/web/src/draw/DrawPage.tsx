import { useState } from "preact/hooks";
import { fetchCatalog } from "../shared/catalog.js";
import { ModelChoice } from "../shared/ModelChoice.js";
import { NoModel } from "../shared/NoModel.js";
import { Page } from "../shared/Page.js";
import { Problem } from "../shared/Problem.js";
import { useAsync } from "../shared/use-async.js";
import { Sheet } from "./Sheet.js";

/** Draw a digit, see the model answer. */
export function DrawPage() {
  const catalog = useAsync("catalog", fetchCatalog);
  const [name, setName] = useState<string | null>(null);
  const models = catalog.state === "done" ? catalog.value : [];
  const entry = models.find((model) => model.name === name) ?? models[0];

  return (
    <Page
      current="draw"
      title="Draw a digit"
      lead="The model runs in this browser; nothing that you draw leaves it."
    >
      {catalog.state === "failed" && <Problem error={catalog.error} />}
      {catalog.state === "done" && models.length === 0 && <NoModel />}
      {models.length > 1 && entry && <ModelChoice models={models} chosen={entry.name} onChoose={setName} />}
      {entry && <Sheet key={entry.name} entry={entry} />}
    </Page>
  );
}
