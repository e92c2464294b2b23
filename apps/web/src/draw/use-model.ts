import { CongruentError } from "@congruent/core";
import { type Card, load, type Model } from "@congruent/runtime";
import { modelAddress } from "../shared/catalog.js";
import type { ModelEntry } from "../shared/model-index.js";
import { type BrowserRuntime, wasmThreads } from "../shared/runtimes.js";
import { sessionTurn } from "../shared/session-turn.js";
import { type Async, useAsync } from "../shared/use-async.js";

export interface LoadedModel {
  model: Model;
  card: Card;
  runtime: BrowserRuntime;
}

interface OwnedModel extends LoadedModel {
  /** Frees the model, and then lets the next one be loaded. */
  release(): Promise<void>;
}

/** The model on one runtime, warmed up; loaded again when either changes, and closed when it is no longer shown. */
export function useModel(entry: ModelEntry, runtime: BrowserRuntime): Async<LoadedModel> {
  return useAsync(
    `${entry.name} ${runtime}`,
    (signal) => ownedModel(entry, runtime, signal),
    ({ release }) => void release(),
  );
}

async function ownedModel(
  entry: ModelEntry,
  runtime: BrowserRuntime,
  signal: AbortSignal,
): Promise<OwnedModel> {
  const done = await sessionTurn(signal);
  let model: Model | null = null;
  const release = async () => {
    // The page goes on without the memory, which is lost until it is reloaded.
    await model?.close().catch((error: unknown) => console.warn("could not free a model:", error));
    done();
  };
  try {
    model = await load(modelAddress(entry), { runtime, threads: wasmThreads(), signal });
    const card = requireCard(model, entry);
    const { height, width, channels, range } = card.input;
    // The first run compiles kernels; without this the first answer would be slow and its time would mislead.
    await model.classify([new Float32Array(height * width * channels).fill(range[0])]);
    return { model, card, runtime, release };
  } catch (error) {
    await release();
    throw error;
  }
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
