import type {
  HyperparameterInput,
  HyperparameterValues,
  Trial,
  TuningObjective,
  TuningResults,
} from "@congruent/core/schemas";
import { discoverSpace, refuseUnknown } from "./discover-space.js";
import { HyperParameters } from "./hyperparameters.js";
import { importancesOf } from "./importances.js";
import { openJournal } from "./journal/journal.js";
import type { SearchIdentity } from "./journal/records.js";
import { type ObjectiveInput, objectiveFor, refuseUnlogged } from "./objective.js";
import { runTrials, type SearchRunOptions } from "./run-trials.js";
import { type ConfiguredSampler, type SamplerConfig, samplerOf } from "./samplers/index.js";
import { ranked } from "./samplers/ranked.js";
import type { SearchState } from "./search-state.js";
import { defaultPoint } from "./space/points.js";
import { type Space, spaceOf } from "./space/space.js";
import { resultsSummary, searchSpaceSummary } from "./summaries.js";
import { trialsOf } from "./trials.js";

/** What a trial trains: plain data. In a search over a recipe, a recipe. */
export type Payload = SearchIdentity["payload"];

/** What is searched, and what a trial trains: plain data that nothing but its values decides. */
type Searched =
  /** Asks for its values as it goes, as Keras Tuner's build functions; the space is found by running it. */
  | { build(hp: HyperParameters): Payload }
  | { space: readonly HyperparameterInput[]; payload(values: HyperparameterValues): Payload };

export type OpenSearchOptions = Searched & {
  /** The search's folder: journal and trials. */
  directory: string;
  name: string;
  /** A field of the epochs' logs: valAccuracy, val_accuracy …; and which way is better, where its name does not say it. */
  objective?: ObjectiveInput;
  /** Its name, or that and its options. */
  sampler?: string | SamplerConfig;
  /** Default: until the sampler has no more. Not part of what a search is: a resumed search may have another. */
  maxTrials?: number | undefined;
  executionsPerTrial?: number;
  maxRetriesPerTrial?: number;
  maxConsecutiveFailedTrials?: number;
  seed?: number;
  /** What else decides the result of a trial, as plain data: an engine, a device, the data's SHA-256. With others it is another search. */
  settings?: Payload;
  /** true: resume a search; false: begin one. Default: resume where there is one. */
  resume?: boolean | undefined;
  /** The fields that every epoch will log, where they are known: an objective that is not one of them is refused at once. */
  logged?: readonly string[];
  /** Told what a person should know. */
  notice?: (text: string) => void;
};

/** A search that can be run, interrupted, resumed and asked for what it has found. */
export interface Search {
  readonly name: string;
  readonly directory: string;
  readonly objective: TuningObjective;
  readonly space: Space;
  /** How many trials there will be; null where nothing says it yet. */
  readonly total: number | null;
  readonly trials: readonly Trial[];
  /**
   * Runs trials until there are no more. Finished ones are never run again; those that were interrupted are.
   *
   * @throws CongruentError `E_INTERRUPTED` (130 or 143), `E_TUNING_FAILED` after too many failed trials in a row, `E_OBJECTIVE`,
   * `E_WRITE`, `E_DISK_FULL`
   */
  run(options: SearchRunOptions): Promise<TuningResults>;
  results(): TuningResults;
  /** The completed trials, best first. */
  getBestTrials(count?: number): Trial[];
  /** The values of the best trials. */
  getBestHyperparameters(count?: number): HyperparameterValues[];
  /** What the best trials trained. */
  getBestPayloads(count?: number): Payload[];
  /** As Keras Tuner's `search_space_summary()`. */
  searchSpaceSummary(): string;
  /** As Keras Tuner's `results_summary()`. */
  resultsSummary(count?: number): string;
  /** Lets others into the folder. */
  close(): Promise<void>;
}

/**
 * Opens a search in its folder: begins it, or resumes it.
 *
 * @throws CongruentError `E_SPACE_…`, `E_SAMPLER`, `E_OBJECTIVE`, and what `openJournal` throws
 *
 * @example
 * ```ts no-run
 * const search = await openSearch({
 *   directory: "runs/tune",
 *   name: "first",
 *   objective: { name: "loss", direction: "min" },
 *   sampler: "tpe",
 *   maxTrials: 50,
 *   build: (hp) => ({ x: hp.float("x", { min: -5, max: 5 }) }),
 * });
 * await search.run({ executor: functionExecutor(({ payload }) => (payload.x - 2) ** 2) });
 * console.log(search.resultsSummary());
 * await search.close();
 * ```
 */
export async function openSearch(options: OpenSearchOptions): Promise<Search> {
  const { directory, name, resume, notice } = options;
  const { space, payloadOf } = searchedBy(options);
  const objective = objectiveFor(options.objective ?? "valAccuracy");
  if (options.logged) refuseUnlogged(objective, options.logged);
  const { sampler = "random" } = options;
  const configured = samplerOf(typeof sampler === "string" ? { name: sampler } : sampler);
  const identity: SearchIdentity = {
    name,
    space: [...space.hyperparameters],
    objective,
    sampler: configured.config,
    seed: options.seed ?? 42,
    executionsPerTrial: options.executionsPerTrial ?? 1,
    payload: payloadOf(defaultPoint(space)),
    settings: options.settings ?? null,
  };
  const journal = await openJournal({ directory, identity, resume, notice });
  const state: SearchState = {
    identity,
    space,
    sampler: configured,
    journal,
    trials: await readTrials(journal),
    payloadOf,
    maxTrials: options.maxTrials ?? null,
    maxRetriesPerTrial: options.maxRetriesPerTrial ?? 0,
    maxConsecutiveFailedTrials: options.maxConsecutiveFailedTrials ?? 3,
    ended: null,
  };
  return searchOf(state, directory);
}

function searchedBy(options: Searched): Pick<SearchState, "space" | "payloadOf"> {
  if ("space" in options) return { space: spaceOf(options.space), payloadOf: options.payload };
  const space = spaceOf(discoverSpace(options.build));
  const known = new Set(space.hyperparameters.map((hp) => hp.name));
  return {
    space,
    payloadOf(values) {
      const hp = new HyperParameters(values);
      const payload = options.build(hp);
      refuseUnknown(hp, known);
      return payload;
    },
  };
}

async function readTrials(journal: Awaited<ReturnType<typeof openJournal>>): Promise<Trial[]> {
  try {
    return trialsOf(journal.records);
  } catch (error) {
    await journal.close();
    throw error;
  }
}

function searchOf(state: SearchState, directory: string): Search {
  const { identity, space, trials } = state;
  const { name, objective } = identity;
  const best = (count: number) => structuredClone(ranked(trials, objective.direction).slice(0, count));
  return {
    name,
    directory,
    objective,
    space,
    total: totalOf(state.sampler, space, state.maxTrials),
    get trials() {
      return structuredClone(trials);
    },
    async run(options) {
      await runTrials(state, options);
      return resultsOf(state);
    },
    results: () => resultsOf(state),
    getBestTrials: (count = 1) => best(count),
    getBestHyperparameters: (count = 1) => best(count).map(({ values }) => values),
    getBestPayloads: (count = 1) => best(count).map(({ values }) => state.payloadOf(values)),
    searchSpaceSummary: () => searchSpaceSummary(space.hyperparameters),
    resultsSummary: (count = 10) => resultsSummary(resultsOf(state), { directory, count }),
    close: () => state.journal.close(),
  };
}

function totalOf(sampler: ConfiguredSampler, space: Space, maxTrials: number | null): number | null {
  const total = sampler.total(space);
  if (total === null || maxTrials === null) return total ?? maxTrials;
  return Math.min(total, maxTrials);
}

function resultsOf({ identity, trials, ended }: SearchState): TuningResults {
  const { name, objective, sampler, seed, executionsPerTrial, space } = identity;
  return {
    schema: "congruent/tuning-results@1",
    name,
    objective,
    sampler,
    seed,
    executionsPerTrial,
    space,
    trials: structuredClone(trials),
    ranking: ranked(trials, objective.direction).map(({ id }) => id),
    importances: importancesOf(space, trials),
    ended,
  };
}
