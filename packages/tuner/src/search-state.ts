import type { HyperparameterValues, Trial } from "@congruent/core/schemas";
import type { Journal } from "./journal/journal.js";
import type { SearchIdentity } from "./journal/records.js";
import type { ConfiguredSampler } from "./samplers/index.js";
import type { Space } from "./space/space.js";

/** The state of a search; the journal has the same. */
export interface SearchState {
  identity: SearchIdentity;
  space: Space;
  sampler: ConfiguredSampler;
  journal: Journal;
  trials: Trial[];
  payloadOf(values: HyperparameterValues): SearchIdentity["payload"];
  maxTrials: number | null;
  maxRetriesPerTrial: number;
  maxConsecutiveFailedTrials: number;
  /** Why there are no more trials. */
  ended: string | null;
}
