import { existsSync } from "node:fs";
import { delimiter, join, relative } from "node:path";
import { CongruentError, type ParityReport } from "@congruent/core";
import { sha256 } from "@congruent/core/files";
import { execa } from "execa";
import { type ModelChoice, modelNames } from "../inputs/model-names.js";
import { table } from "../output/output.js";
import { parityMatrix, verdictLine } from "../output/parity-table.js";
import type { Outcome } from "../verb.js";

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
    ...(options.force ? ["--force"] : []),
  ];
  const running = execa(turbo, args, {
    cwd: home,
    env: {
      // turbo starts pnpm, which a machine need not have.
      PATH: [pinnedPnpm().bin, process.env.PATH].join(delimiter),
      TURBO_TELEMETRY_DISABLED: "1",
      TURBO_NO_UPDATE_NOTIFIER: "1",
      CONGRUENT_MACHINE: await fingerprint(),
    },
    stdin: "ignore",
    all: true,
    buffer: false,
    reject: false,
  });
  // Results go to standard output, what the tasks say on the way to standard error.
  for await (const line of running.iterable({ from: "all" })) {
    if (!TENSORFLOW_GREETING.test(line)) process.stderr.write(`${line}\n`);
  }
  const done = await running;
  if (done.exitCode === undefined) {
    throw new CongruentError({
      code: "E_TURBO",
      what: `turbo could not be started: ${done.message ?? "it was ended by a signal"}`,
      fix: "npm run setup",
      exit: 3,
    });
  }
  // After a failure a folder may still hold an earlier run's results: they are not what was asked for.
  const outcomes = done.exitCode === 0 ? await Promise.all(names.map((name) => outcomeOf(home, name))) : [];
  const found = outcomes.filter((outcome) => outcome !== null);
  const holds = done.exitCode === 0 && found.length === names.length;
  const exitCode = holds ? 0 : EXIT_CODES.has(done.exitCode) ? done.exitCode : 1;
  return { data: { ok: holds, models: found }, exitCode, text: () => outcomeText(found, holds) };
}

/** What a task may end with and mean it; turbo passes it on. */
const EXIT_CODES: ReadonlySet<number> = new Set([1, 2, 3]);

/** Lines that TensorFlow prints whenever it is loaded, whatever its log level is set to. */
const TENSORFLOW_GREETING =
  /^(WARNING: All log messages before absl|I0000 .*oneDNN custom operations are on)/;

/**
 * What decides the outcome of a comparison besides the files: the browser and the adapters. A browser that has
 * been installed since makes the cached comparison stale.
 */
async function fingerprint(): Promise<string> {
  const { nodeCudaEnvironment, nodeWebGpuEnvironment, tools } = await import("@congruent/toolchain");
  const browser = await tools.find((tool) => tool.name === "browser")?.inspect();
  const adapters = [await nodeWebGpuEnvironment(), await nodeCudaEnvironment()];
  const machine = [browser, adapters, process.platform, process.arch, process.version];
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
