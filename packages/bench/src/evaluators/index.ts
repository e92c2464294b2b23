import { congruent } from "./congruent.js";
import type { Evaluator } from "./evaluator.js";
import { python } from "./python.js";

export type { EvaluationJob, Evaluator, PreparedEvaluation } from "./evaluator.js";

/** In the order of a table's rows. */
export const evaluators: readonly Evaluator[] = [congruent, python];
