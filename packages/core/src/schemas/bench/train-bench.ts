import { z } from "zod";

const milliseconds = z.number().nonnegative();
const bytes = z.int().nonnegative();

/** One way in which a contender can be set up, and how it did when the best was chosen. */
export const benchChoiceSchema = z.object({
  configuration: z.string(),
  /** Of one training step; null where it could not be run. */
  milliseconds: milliseconds.nullable(),
  reason: z.string().nullable(),
});

/** One trainer on one network. */
export const benchContenderSchema = z.object({
  name: z.string(),
  title: z.string(),
  /** Trainers of others are what the ratios are taken against. */
  peer: z.boolean(),
  /** `unavailable`: this machine cannot do it; `failed`: it should have and did not. */
  status: z.enum(["measured", "unavailable", "failed"]),
  reason: z.string().nullable(),
  /** The one that was measured. */
  configuration: z.string().nullable(),
  considered: z.array(benchChoiceSchema),
  versions: z.record(z.string(), z.string()),
  /** Mean milliseconds of a step in each round, in order. */
  rounds: z.array(milliseconds),
  /** Median over the rounds. */
  milliseconds: milliseconds.nullable(),
  examplesPerSecond: z.number().nonnegative().nullable(),
  gflops: z.number().nonnegative().nullable(),
  /** Of the machine's measured float32 peak. */
  shareOfPeak: z.number().nonnegative().nullable(),
  peakBytes: bytes.nullable(),
  /** From the start of the process to the end of its first step. */
  readyMs: milliseconds.nullable(),
  /** Building, capturing or compiling, and loading. */
  preparationMs: milliseconds.nullable(),
  /** Largest difference of a log-probability from tfjs' own, with equal weights: proof that the network is the same. */
  outputDifference: z.number().nonnegative().nullable(),
});
export type BenchContender = z.output<typeof benchContenderSchema>;

export const benchNetworkSchema = z.object({
  network: z.string(),
  parameters: z.int().positive(),
  /** Multiplications and additions of one training step of the whole batch. */
  flopsPerStep: z.number().positive(),
  contenders: z.array(benchContenderSchema),
  ratios: z.object({
    /** This trainer's time ÷ the better peer's; null where either was not measured. */
    toBetterPeer: z.number().nullable(),
    betterPeer: z.string().nullable(),
    toEager: z.number().nullable(),
    /** bfloat16 ÷ float32. */
    bfloat16: z.number().nullable(),
    /** This trainer's peak memory ÷ Keras'. */
    memoryToKeras: z.number().nullable(),
  }),
});
export type BenchNetwork = z.output<typeof benchNetworkSchema>;

/** What `congruent bench train` measured. */
export const trainBenchSchema = z.object({
  schema: z.literal("congruent/train-bench@1"),
  machine: z.object({
    cpu: z.string(),
    cores: z.int().positive(),
    memoryBytes: bytes,
    platform: z.string(),
    /** Load averages over a minute, before and after: above the number of cores, others were at work. */
    load: z.tuple([z.number(), z.number()]),
  }),
  settings: z.object({
    batchSize: z.int().positive(),
    rounds: z.int().positive(),
    blockMs: milliseconds,
    threads: z.int().positive(),
    warmUp: z.string(),
    flops: z.string(),
  }),
  peak: z.object({
    /** The highest of all libraries and rounds; null where none ran. */
    gflops: z.number().positive().nullable(),
    libraries: z.array(
      z.object({ library: z.string(), gflops: z.array(z.number()), reason: z.string().nullable() }),
    ),
  }),
  networks: z.array(benchNetworkSchema),
});
export type TrainBench = z.output<typeof trainBenchSchema>;
