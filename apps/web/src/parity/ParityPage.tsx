import { useState } from "preact/hooks";
import { fetchCatalog } from "../shared/catalog.js";
import { ModelChoice } from "../shared/ModelChoice.js";
import { NoModel } from "../shared/NoModel.js";
import { Page } from "../shared/Page.js";
import { Problem } from "../shared/Problem.js";
import { useAsync } from "../shared/use-async.js";
import { Check } from "./Check.js";

/** Does this browser compute the numbers that the model was promoted with? */
export function ParityPage() {
  const catalog = useAsync("catalog", fetchCatalog);
  const [name, setName] = useState<string | null>(null);
  const [run, setRun] = useState(0);
  const models = catalog.state === "done" ? catalog.value : [];
  const entry = models.find((model) => model.name === name) ?? models[0];

  return (
    <Page
      current="parity"
      title="Same numbers here?"
      lead="Runs the same model.onnx on this browser's WebAssembly and WebGPU, and compares with the outputs recorded in its passport."
    >
      {catalog.state === "failed" && <Problem error={catalog.error} />}
      {catalog.state === "done" && models.length === 0 && <NoModel />}
      {entry && (
        <>
          <div class="bar-row">
            <ModelChoice models={models} chosen={entry.name} onChoose={setName} />
            <button type="button" onClick={() => setRun(run + 1)}>
              Run again
            </button>
          </div>
          <Check entry={entry} run={run} />
        </>
      )}
    </Page>
  );
}
