import type { HyperparameterValues, Trial } from "@congruent/core";
import type { Journal } from "./journal/journal.js";
import type { StudyIdentity } from "./journal/records.js";
import type { ConfiguredSampler } from "./samplers/index.js";
import type { Space } from "./space/space.js";

/** A search as it stands; the journal tells the same. */
export interface StudyState {
  identity: StudyIdentity;
  space: Space;
  sampler: ConfiguredSampler;
  journal: Journal;
  trials: Trial[];
  payloadOf(values: HyperparameterValues): StudyIdentity["payload"];
  maxTrials: number | null;
  maxRetriesPerTrial: number;
  maxConsecutiveFailedTrials: number;
  /** Why there are no more trials. */
  ended: string | null;
}
