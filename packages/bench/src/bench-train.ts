import type { BenchContender, BenchNetwork, TrainBench } from "@congruent/core/schemas";
import { contenders as allContenders, type Contender } from "./contenders/index.js";
import { prepareJob } from "./job.js";
import { load, machineFacts, threads } from "./machine.js";
import { measure, WARM_UP } from "./measure.js";
import { FLOPS_FORMULA } from "./operations.js";
import { Peak } from "./peak.js";

export interface BenchTrainOptions {
  /** Keys of the zoo. */
  networks: readonly string[];
  rounds: number;
  batchSize?: number;
  /** About how long each turn takes, in milliseconds. */
  blockMs?: number;
  /** How long a contender may take to be ready, and each turn, in milliseconds. */
  timeoutMs?: number;
  seed?: number;
  contenders?: readonly Contender[];
  onProgress?: (text: string) => void;
}

/** The networks whose ratios are published. */
export const BENCH_NETWORKS = ["mlp512", "lenet", "cnn-nopool", "resnet", "vgg", "transformer"] as const;

/**
 * Times training steps of this trainer, of tfjs, Keras and PyTorch: the same networks from the same weights on the same
 * batches in memory, each contender in a process of its own, taking turns. The environment "bench" must be made.
 */
export async function benchTrain(options: BenchTrainOptions): Promise<TrainBench> {
  const { networks, rounds, batchSize = 64, blockMs = 2000, timeoutMs = 300_000, seed = 42 } = options;
  const { contenders = allContenders, onProgress } = options;
  const before = load();
  const peak = await Peak.start(threads, timeoutMs);
  const measured: { network: string; entries: Entries; parameters: number; flopsPerStep: number }[] = [];
  let reached: TrainBench["peak"];
  try {
    for (const network of networks) {
      await peak.measure(timeoutMs);
      const prepared = await prepareJob({ network, batchSize, seed, threads });
      try {
        const progress = (text: string) => onProgress?.(`${network}: ${text}`);
        const entries = await measure({
          prepared,
          contenders,
          rounds,
          blockMs,
          timeoutMs,
          onProgress: progress,
        });
        const { parameters, flopsPerStep } = prepared;
        measured.push({ network, entries, parameters, flopsPerStep });
      } finally {
        await prepared.remove();
      }
    }
    await peak.measure(timeoutMs);
  } finally {
    reached = await peak.end();
  }
  return {
    schema: "congruent/train-bench@1",
    machine: machineFacts(before),
    settings: { batchSize, rounds, blockMs, threads, warmUp: WARM_UP, flops: FLOPS_FORMULA },
    peak: reached,
    networks: measured.map(({ network, entries, parameters, flopsPerStep }) => {
      const rows = entries.map((entry) => finished(entry, { batchSize, flopsPerStep, peak: reached.gflops }));
      return { network, parameters, flopsPerStep, contenders: rows, ratios: ratiosOf(rows) };
    }),
  };
}

type Entries = Awaited<ReturnType<typeof measure>>;

function finished(
  entry: Entries[number],
  { batchSize, flopsPerStep, peak }: { batchSize: number; flopsPerStep: number; peak: number | null },
): BenchContender {
  const gflops = entry.milliseconds === null ? null : flopsPerStep / entry.milliseconds / 1e6;
  return {
    ...entry,
    gflops,
    shareOfPeak: gflops === null || peak === null ? null : gflops / peak,
    examplesPerSecond: entry.milliseconds === null ? null : (batchSize / entry.milliseconds) * 1000,
  };
}

/** Ratios of times; null where either was not measured. */
export function ratiosOf(contenders: readonly BenchContender[]): BenchNetwork["ratios"] {
  const named = (name: string) => contenders.find((contender) => contender.name === name);
  const ratio = (a: number | null | undefined, b: number | null | undefined) =>
    a == null || b == null ? null : a / b;
  const ours = named("graph");
  const [better] = contenders
    .filter((contender) => contender.peer && contender.milliseconds !== null)
    .sort((a, b) => (a.milliseconds as number) - (b.milliseconds as number));
  return {
    toBetterPeer: ratio(ours?.milliseconds, better?.milliseconds),
    betterPeer: better?.title ?? null,
    toEager: ratio(ours?.milliseconds, named("eager")?.milliseconds),
    bfloat16: ratio(named("bfloat16")?.milliseconds, ours?.milliseconds),
    memoryToKeras: ratio(ours?.peakBytes, named("keras")?.peakBytes),
  };
}
