import type { Command } from "commander";
import { agreement } from "./agreement.js";
import { bench } from "./bench.js";
import { data } from "./data.js";
import { doctor } from "./doctor.js";
import { evaluate } from "./evaluate.js";
import { exportCommand } from "./export.js";
import { parity } from "./parity.js";
import { pipeline } from "./pipeline.js";
import { predict } from "./predict.js";
import { promote } from "./promote.js";
import { repeat } from "./repeat.js";
import { report } from "./report.js";
import { serve } from "./serve.js";
import { study } from "./study.js";
import { summary } from "./summary.js";
import { train } from "./train.js";
import { tune } from "./tune.js";

/** Every verb, in the order of --help. */
export const commands: readonly (() => Command)[] = [
  doctor,
  data,
  summary,
  train,
  repeat,
  tune,
  exportCommand,
  evaluate,
  predict,
  agreement,
  parity,
  report,
  promote,
  bench,
  serve,
  pipeline,
  study,
];
