export { changedRun, type GatherOptions, isOriginal } from "./gather-options.js";
export { gatherStudy } from "./gather-study.js";
export { type SearchPaths, searchPaths } from "./search-paths.js";
export { studies } from "./studies/index.js";
export type { ModelPlan, ScoredModel, Study, StudyContext, StudyModel } from "./study.js";
export { studyDocument } from "./study-document.js";
export { studiesNamed } from "./study-named.js";
export {
  QUICK_SAMPLES,
  QUICK_SEARCH,
  quickSubset,
  STUDIED,
  type StudyChanges,
  studyRecipe,
} from "./study-recipe.js";
export { spread } from "./vocabulary/scores.js";
export { studyPaths, writeStudy } from "./write-study.js";
