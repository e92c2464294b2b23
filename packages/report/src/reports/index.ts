import { againstReport } from "./against.js";
import { agreementReport } from "./agreement.js";
import { compressedReport } from "./compressed.js";
import { csvBenchReport } from "./csv-bench.js";
import { dataInspectionReport } from "./data-inspection.js";
import { evaluationReport } from "./evaluation.js";
import { exportBenchReport } from "./export-bench.js";
import { inferBenchReport } from "./infer-bench.js";
import { parityReport } from "./parity.js";
import { referenceBenchReport } from "./reference-bench.js";
import { rewrittenReport } from "./rewritten.js";
import { scoreComparisonReport } from "./score-comparison.js";
import { sprintBenchReport } from "./sprint-bench.js";
import { stepProfileReport } from "./step-profile.js";
import { trainBenchReport } from "./train-bench.js";
import { tuningReport } from "./tuning.js";

/** Every kind of report: what `--report FILE` and `congruent report FILE.json` write. */
export const reports = {
  against: againstReport,
  agreement: agreementReport,
  compressed: compressedReport,
  csvBench: csvBenchReport,
  dataInspection: dataInspectionReport,
  evaluation: evaluationReport,
  exportBench: exportBenchReport,
  inferBench: inferBenchReport,
  parity: parityReport,
  referenceBench: referenceBenchReport,
  rewritten: rewrittenReport,
  scoreComparison: scoreComparisonReport,
  sprintBench: sprintBenchReport,
  stepProfile: stepProfileReport,
  trainBench: trainBenchReport,
  tuning: tuningReport,
};

export type ReportKind = keyof typeof reports;
/** The result that a kind of report is made of. */
export type ReportResult<Kind extends ReportKind> = Parameters<(typeof reports)[Kind]["sheet"]>[0];
/** The options of a kind of report, besides its result. */
export type ReportOptions<Kind extends ReportKind> = NonNullable<
  Parameters<(typeof reports)[Kind]["sheet"]>[1]
>;
