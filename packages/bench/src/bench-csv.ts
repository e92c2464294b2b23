import { rm, stat, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { CongruentError, median, whatOf } from "@congruent/core";
import { temporaryFolder } from "@congruent/core/files";
import { runProcess } from "@congruent/core/process";
import type { CsvBench, CsvBenchRun } from "@congruent/core/schemas";
import { type Dataset, loadDataset, writeDataset } from "@congruent/datasets";
import { pythonWorker } from "./contenders/python-worker.js";
import { load, machineFacts } from "./machine.js";
import type { WorkerCommand } from "./worker.js";

export interface BenchCsvOptions {
  /** The images that become the file. Default: MNIST's training images. */
  dataset?: Dataset;
  rounds?: number;
  /** That one reading may take. */
  timeoutMs?: number;
  onProgress?: (text: string) => void;
}

/** Of what a reader said last. */
const LINES = 6;

interface Reader {
  name: string;
  title: string;
  peer: boolean;
  configuration: Record<string, unknown>;
  command(jobFile: string): WorkerCommand;
}

const node = (jobFile: string): WorkerCommand => ({
  script: new URL("./workers/csv.js", import.meta.url),
  args: [jobFile],
});
const pandas = (jobFile: string) => pythonWorker("pandas_csv.py", jobFile);

const readers: readonly Reader[] = [
  { name: "congruent", title: "Congruent", peer: false, configuration: {}, command: node },
  { name: "pandas", title: "pandas.read_csv", peer: true, configuration: { dtype: null }, command: pandas },
  {
    name: "pandas-uint8",
    title: "pandas.read_csv, dtype=uint8",
    peer: true,
    configuration: { dtype: "uint8" },
    command: pandas,
  },
];

/** What a reading says. */
interface Answer extends CsvBenchRun {
  versions: Record<string, string>;
  rows: number;
  columns: number;
  /** Of all numbers: the same for every reader that has read the file. */
  sum: number;
}

/** A CSV file of images read by this project and by pandas, each reading in a process of its own, taking turns. */
export async function benchCsv(options: BenchCsvOptions = {}): Promise<CsvBench> {
  const { rounds = 7, timeoutMs = 300_000, onProgress } = options;
  const dataset = options.dataset ?? (await loadDataset("mnist"));
  const { images, labels } = dataset.train;
  const before = load();
  const folder = await temporaryFolder("bench-csv");
  const entries = readers.map((reader) => ({
    reader,
    answers: [] as Answer[],
    reason: null as string | null,
  }));
  try {
    await writeDataset(dataset, { format: "csv", directory: folder });
    const file = join(folder, "train.csv");
    const { size } = await stat(file);
    const sum = total(images.data) + total(labels);
    for (let round = 0; round < rounds; round++) {
      onProgress?.(`round ${round + 1} of ${rounds}`);
      // Another one begins each time, so that no one always follows the same neighbor.
      for (let turn = 0; turn < entries.length; turn++) {
        const entry = entries[(round + turn) % entries.length] as (typeof entries)[number];
        if (entry.reason !== null) continue;
        try {
          const answer = await reading(entry.reader, folder, file, timeoutMs);
          refuseOtherNumbers(answer, { rows: labels.length, sum });
          entry.answers.push(answer);
        } catch (error) {
          entry.reason = whatOf(error);
        }
      }
    }
    const columns = images.data.length / labels.length + 1;
    const arrayBytes = images.data.length + labels.length;
    const contenders = entries.map((entry) => measured(entry, size, arrayBytes));
    const fastest = Math.max(0, ...contenders.map((c) => (c.peer ? (c.megabytesPerSecond ?? 0) : 0)));
    const ours = contenders[0]?.megabytesPerSecond ?? null;
    return {
      schema: "congruent/csv-bench@1",
      machine: machineFacts(before),
      file: { bytes: size, rows: labels.length, columns },
      arrayBytes,
      contenders,
      toBetterPeer: ours === null || fastest === 0 ? null : fastest / ours,
    };
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

async function reading(reader: Reader, folder: string, file: string, timeoutMs: number): Promise<Answer> {
  const jobFile = join(folder, `${reader.name}.json`);
  await writeFile(jobFile, JSON.stringify({ file, configuration: reader.configuration }));
  const result = await runProcess({ ...reader.command(jobFile), timeoutMs });
  if (result.exitCode === 0) return JSON.parse(result.stdout) as Answer;
  throw new CongruentError({
    code: "E_BENCH_WORKER",
    what: `${reader.title} ended early: ${result.all.trimEnd().split("\n").slice(-LINES).join("\n")}`,
  });
}

/** A reader that reads something else is not compared. */
function refuseOtherNumbers({ rows, sum }: Answer, expected: { rows: number; sum: number }): void {
  if (rows === expected.rows && sum === expected.sum) return;
  throw new CongruentError({
    code: "E_BENCH_CSV",
    what: `it read ${rows} rows with the sum ${sum}`,
    expected: `${expected.rows} rows with the sum ${expected.sum}`,
  });
}

function measured(
  {
    reader: { name, title, peer },
    answers,
    reason,
  }: { reader: Reader; answers: Answer[]; reason: string | null },
  size: number,
  arrayBytes: number,
): CsvBench["contenders"][number] {
  const runs = answers.map(({ seconds, cpuSeconds, peakBytes }) => ({ seconds, cpuSeconds, peakBytes }));
  const whole = reason === null && runs.length > 0;
  const peaks = runs.flatMap(({ peakBytes }) => (peakBytes === null ? [] : [peakBytes]));
  const peakBytes = whole && peaks.length === runs.length ? Math.round(median(peaks)) : null;
  const speed = (seconds: number[]) => (whole ? size / 1e6 / median(seconds) : null);
  return {
    ...{ name, title, peer, versions: answers[0]?.versions ?? {}, runs, reason },
    megabytesPerSecond: speed(runs.map(({ seconds }) => seconds)),
    megabytesPerCpuSecond: speed(runs.map(({ cpuSeconds }) => cpuSeconds)),
    peakBytes,
    memoryRatio: peakBytes === null ? null : peakBytes / arrayBytes,
  };
}

function total(values: ArrayLike<number>): number {
  let sum = 0;
  for (let i = 0; i < values.length; i++) sum += values[i] as number;
  return sum;
}
