import type { Verb } from "../verb.js";
import { agreement } from "./agreement.js";
import { benchCsv } from "./bench-csv.js";
import { benchExport } from "./bench-export.js";
import { benchInfer } from "./bench-infer.js";
import { benchProfile } from "./bench-profile.js";
import { benchReference } from "./bench-reference.js";
import { benchSprint } from "./bench-sprint.js";
import { benchTrain } from "./bench-train.js";
import { compress } from "./compress.js";
import { dataGet } from "./data-get.js";
import { dataInspect } from "./data-inspect.js";
import { dataWrite } from "./data-write.js";
import { doctor } from "./doctor.js";
import { evaluate } from "./evaluate.js";
import { exportVerb } from "./export.js";
import { importVerb } from "./import.js";
import { optimize } from "./optimize.js";
import { parity } from "./parity.js";
import { pipeline } from "./pipeline.js";
import { portable } from "./portable.js";
import { predict } from "./predict.js";
import { promote } from "./promote.js";
import { repeat } from "./repeat.js";
import { report } from "./report.js";
import { serve } from "./serve.js";
import { setup } from "./setup.js";
import { study } from "./study.js";
import { summary } from "./summary.js";
import { train } from "./train.js";
import { tune } from "./tune.js";

/** Every verb, in the order of --help. */
export const verbs: readonly Verb[] = [
  doctor,
  setup,
  dataGet,
  dataInspect,
  dataWrite,
  summary,
  train,
  repeat,
  tune,
  exportVerb,
  importVerb,
  optimize,
  portable,
  compress,
  evaluate,
  predict,
  agreement,
  parity,
  report,
  promote,
  benchTrain,
  benchInfer,
  benchExport,
  benchCsv,
  benchReference,
  benchSprint,
  benchProfile,
  serve,
  pipeline,
  study,
];

/** First words that several verbs share, with what --help says of them. */
export const groups: Readonly<Record<string, string>> = {
  data: "fetch, look at and write data sets",
  bench: "measure speed, in ratios",
};
