import { CongruentError } from "@congruent/core";
import type { Card } from "@congruent/core/schemas";
import { load, type Model } from "@congruent/runtime";
import { modelAddress } from "../shared/catalog.js";
import type { ModelEntry } from "../shared/model-index.js";
import { type BrowserRuntime, wasmThreads } from "../shared/runtimes.js";
import { type Async, useAsync } from "../shared/use-async.js";

export interface LoadedModel {
  model: Model;
  card: Card;
}

/** The model on one runtime, warmed up; loaded again when either changes, and closed when it is no longer shown. */
export function useModel(entry: ModelEntry, runtime: BrowserRuntime): Async<LoadedModel> {
  return useAsync(
    `${entry.name} ${runtime}`,
    async () => {
      const model = await load(modelAddress(entry), { runtime, threads: wasmThreads() });
      const card = requireCard(model, entry);
      const { height, width, channels } = card.input;
      // The first run compiles kernels; without this the first answer would be slow and its time would mislead.
      await model.classify([new Float32Array(height * width * channels)]);
      return { model, card };
    },
    ({ model }) => void model.close(),
  );
}

function requireCard(model: Model, entry: ModelEntry): Card {
  if (model.card) return model.card;
  throw new CongruentError({
    code: "E_CARD",
    what: `${entry.name}/model.onnx has no card, so this page cannot know what its input and its labels are`,
    expected: "metadata_props congruent.card, written by congruent export",
    fix: "export the model again: congruent export RUN",
  });
}
