import { useCallback, useState } from "preact/hooks";
import type { ModelEntry } from "../shared/model-index.js";
import { Problem } from "../shared/Problem.js";
import { availability, type BrowserRuntime } from "../shared/runtimes.js";
import { useAsync } from "../shared/use-async.js";
import { Answer } from "./Answer.js";
import { CardDetails } from "./CardDetails.js";
import type { Stroke } from "./ink.js";
import { Pad } from "./Pad.js";
import { RuntimeChoice } from "./RuntimeChoice.js";
import { useAnswer } from "./use-answer.js";
import { useModel } from "./use-model.js";

/** The drawing area, the answer beside it, and what is known of the model that gave it. */
export function Sheet({ entry }: { entry: ModelEntry }) {
  const available = useAsync("availability", availability);
  const [runtime, setRuntime] = useState<BrowserRuntime>("web-wasm");
  const [strokes, setStrokes] = useState<readonly Stroke[]>([]);
  const [drawing, setDrawing] = useState(false);
  const model = useModel(entry, runtime);
  const loaded = model.state === "done" ? model.value : null;
  const answer = useAnswer(loaded, strokes, drawing);
  const addStroke = useCallback((stroke: Stroke) => setStrokes((before) => [...before, stroke]), []);

  return (
    <>
      <div class="sheet">
        <section class="card drawing" aria-label="Drawing">
          <Pad strokes={strokes} drawing={drawing} onStroke={addStroke} onDrawing={setDrawing} />
          <div class="buttons">
            <button
              type="button"
              disabled={strokes.length === 0}
              onClick={() => setStrokes(strokes.slice(0, -1))}
            >
              Undo
            </button>
            <button type="button" disabled={strokes.length === 0} onClick={() => setStrokes([])}>
              Clear
            </button>
          </div>
        </section>
        <section class="card answering" aria-label="Answer">
          {model.state === "failed" ? (
            <Problem error={model.error} />
          ) : (
            <Answer loaded={loaded} answer={answer} />
          )}
        </section>
        <section class="card computing" aria-label="Runtime">
          <RuntimeChoice
            available={available.state === "done" ? available.value : null}
            chosen={runtime}
            differing={entry.differing}
            onChoose={setRuntime}
          />
          {available.state === "failed" && <Problem error={available.error} />}
        </section>
      </div>
      {loaded && (
        <details class="card about">
          <summary>About this model</summary>
          <CardDetails card={loaded.card} entry={entry} />
        </details>
      )}
    </>
  );
}
