import { existsSync } from "node:fs";
import { delimiter, join, relative } from "node:path";
import { BROWSERS, CongruentError, interruptionExit } from "@congruent/core";
import { sha256 } from "@congruent/core/files";
import { Child, howItEnded } from "@congruent/core/process";
import type { ParityReport } from "@congruent/core/schemas";
import { type ModelChoice, modelNames } from "../inputs/model-names.js";
import { note, table } from "../output/output.js";
import { parityMatrix, verdictLine } from "../output/parity-table.js";
import { terminalWidth } from "../output/terminal-width.js";
import { wrapped } from "../output/wrapped.js";
import { interruption } from "../processes/interruption.js";
import type { Outcome } from "../verb.js";
import { planOf } from "./pipeline-plan.js";
import { type StageTime, summariesIn, timesText } from "./task-times.js";

export interface PipelineOptions extends ModelChoice {
  force?: boolean;
}

interface ModelOutcome {
  name: string;
  accuracy: number;
  samples: number;
  parity: ParityReport;
  report: string;
}

/** Where each model's turbo tasks leave their run, inside the model's folder. */
const RUN = join("runs", "pipeline");

/**
 * Runs the turbo tasks of models (train → export → evaluate → parity → report; what is cached is not done
 * again), and says how they came out.
 */
export async function runPipeline(models: readonly string[], options: PipelineOptions): Promise<Outcome> {
  const { homeDirectory, pinnedPnpm } = await import("@congruent/toolchain");
  const home = homeDirectory();
  const names = await modelNames(join(home, "models"), models, options);
  if (names.length === 0) {
    return { data: { ok: true, models: [] }, text: () => "every model.onnx is there: nothing to do" };
  }
  const turbo = join(home, "node_modules", ".bin", "turbo");
  const args = [
    "run",
    "report",
    ...names.map((name) => `--filter=./models/${name}`),
    "--log-prefix=none",
    "--summarize",
    ...(options.force ? ["--force"] : []),
  ];
  for (const line of await planOf(join(home, "models"), names)) say(line);
  const signal = interruption("what runs writes down how far it is");
  const times = await summariesIn(home);
  const done = await new Child({
    command: turbo,
    args,
    cwd: home,
    env: {
      // turbo starts pnpm, which a machine need not have.
      PATH: [pinnedPnpm().bin, process.env.PATH].join(delimiter),
      TURBO_TELEMETRY_DISABLED: "1",
      TURBO_NO_UPDATE_NOTIFIER: "1",
      CONGRUENT_MACHINE: await fingerprint(),
    },
    // Results go to standard output, what the tasks say on the way to standard error.
    onLine(line) {
      if (!TENSORFLOW_GREETING.test(line) && !SUMMARY.test(line)) say(line);
    },
    // Interrupted, a training writes a checkpoint; a second Ctrl-C ends all at once.
    graceMs: Number.POSITIVE_INFINITY,
  }).ended;
  const stages = [...setUpTime(), ...(await times())];
  if (signal.aborted) throw interrupted(models, options, signal.reason);
  if (done.exitCode === null) {
    throw new CongruentError({
      code: "E_TURBO",
      what: `turbo ${howItEnded(done)}`,
      fix: "npm run setup",
      exit: 3,
    });
  }
  // After a failure a folder may still hold an earlier run's results: they are not what was asked for.
  const outcomes = done.exitCode === 0 ? await Promise.all(names.map((name) => outcomeOf(home, name))) : [];
  const found = outcomes.filter((outcome) => outcome !== null);
  const holds = done.exitCode === 0 && found.length === names.length;
  const exitCode = holds ? 0 : EXIT_CODES.has(done.exitCode) ? done.exitCode : 1;
  return {
    data: { ok: holds, models: found, stages },
    exitCode,
    text: () => [outcomeText(found, holds), "", fitted(timesText(stages), process.stdout)].join("\n"),
  };
}

/** A line for the person who waits, on a terminal no wider than that. */
function say(line: string): void {
  note(fitted(line, process.stderr));
}

function fitted(line: string, stream: NodeJS.WriteStream): string {
  return stream.isTTY ? wrapped(line, terminalWidth(stream)) : line;
}

/** What `npm start` has measured before it called this. */
function setUpTime(): StageTime[] {
  const seconds = Number(process.env.CONGRUENT_SETUP_SECONDS);
  return seconds > 0 ? [{ stage: "set-up", seconds, cached: false }] : [];
}

/** Scripts of the project's package.json that call this; npm tells which one it runs. */
const SCRIPTS: ReadonlyMap<string | undefined, string> = new Map([
  ["start", "npm start"],
  ["models", "npm run models"],
]);

function interrupted(
  models: readonly string[],
  { all, missing }: PipelineOptions,
  reason: unknown,
): CongruentError {
  const words = [
    "npx congruent pipeline",
    ...models,
    ...(all ? ["--all"] : []),
    ...(missing ? ["--missing"] : []),
  ];
  const command = SCRIPTS.get(process.env.npm_lifecycle_event) ?? words.join(" ");
  return new CongruentError({
    code: "E_INTERRUPTED",
    what: "stopped before the end; what was done is kept, and a training goes on from its last checkpoint",
    fix: `go on from there: ${command}`,
    exit: interruptionExit(reason),
  });
}

/** What a task may end with and mean it; turbo passes it on. */
const EXIT_CODES: ReadonlySet<number> = new Set([1, 2, 3]);

/** Lines that TensorFlow prints whenever it is loaded, whatever its log level is set to. */
const TENSORFLOW_GREETING =
  /^(WARNING: All log messages before absl|I0000 .*oneDNN custom operations are on)/;

/** Where turbo has written what its tasks took: it is read and removed. */
const SUMMARY = /^Summary: .*\.turbo/;

/**
 * What decides the outcome of a comparison besides the files: the browser and the adapters. A browser that has
 * been installed since makes the cached comparison stale.
 */
async function fingerprint(): Promise<string> {
  const { browserTool, runtimeEnvironments } = await import("@congruent/toolchain");
  const browsers = await Promise.all(BROWSERS.map((name) => browserTool(name).inspect()));
  const adapters = await Promise.all(Object.values(runtimeEnvironments).map((environment) => environment()));
  const machine = [browsers, adapters, process.platform, process.arch, process.version];
  return sha256(JSON.stringify(machine)).slice(0, 16);
}

async function outcomeOf(home: string, name: string): Promise<ModelOutcome | null> {
  const { readRunResults } = await import("@congruent/exporter");
  const run = join(home, "models", name, RUN);
  const report = join(run, "report.html");
  if (!existsSync(report)) return null;
  const { evaluation, parity } = await readRunResults(run);
  if (!evaluation || !parity) return null;
  const { accuracy, dataset } = evaluation;
  return { name, accuracy, samples: dataset.samples, parity, report: relative(process.cwd(), report) };
}

function outcomeText(outcomes: readonly ModelOutcome[], holds: boolean): string {
  const rows = outcomes.map((o) => [
    o.name,
    `${o.accuracy.toFixed(4)} of ${o.samples}`,
    o.parity.verdict,
    o.report,
  ]);
  return [
    ...outcomes.flatMap(({ name, parity }) => [
      `\nParity of ${name} on ${parity.inputs.samples} samples (${parity.inputs.source})`,
      parityMatrix(parity),
      verdictLine(parity),
    ]),
    ...(holds ? [] : ["Not everything holds: the task that failed says why, above."]),
    ...(rows.length > 0 ? ["", table(["model", "test accuracy", "parity", "report"], rows)] : []),
  ].join("\n");
}
