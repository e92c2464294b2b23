import { z } from "zod";
import { browserNameSchema, runtimeNameSchema } from "../names.js";
import { benchContenderSchema, trainBenchSchema } from "./train-bench.js";

const milliseconds = z.number().nonnegative();

/** One model on one runtime. */
export const inferBenchRuntimeSchema = z.object({
  runtime: runtimeNameSchema,
  browser: browserNameSchema.nullable().default(null),
  /** `unavailable`: this machine lacks it; `failed`: it is there and did not do it. */
  status: z.enum(["measured", "unavailable", "failed"]),
  reason: z.string().nullable(),
  versions: z.record(z.string(), z.string()),
  adapter: z.string().nullable(),
  /** Of one operator; null where the runtime chose by itself. */
  threads: z.int().positive().nullable(),
  /** Median over the processes: from the file to a model that can run, without the start of the process or page. */
  loadMs: milliseconds.nullable(),
  batches: z.array(
    z.object({
      batch: z.int().positive(),
      /** Measured runs of all rounds; those of the warm-up are left out. */
      runs: z.int().positive(),
      p50Ms: milliseconds,
      p95Ms: milliseconds,
      imagesPerSecond: z.number().nonnegative(),
    }),
  ),
});
export type InferBenchRuntime = z.output<typeof inferBenchRuntimeSchema>;

/** Scoring a whole test set, here and in Python, taking turns. */
export const inferBenchEvaluationSchema = z.object({
  samples: z.int().positive(),
  /** Milliseconds are those of one evaluation, from the model's file and images in memory to the scores. */
  contenders: z.array(benchContenderSchema),
  /** Ours ÷ Python's; null where either was not measured. */
  toPython: z.number().positive().nullable(),
});

export const inferBenchModelSchema = z.object({
  name: z.string(),
  path: z.string(),
  sha256: z.string(),
  bytes: z.int().positive().describe("of the file"),
  parameters: z.int().nonnegative().describe("floating-point numbers that the file keeps in arrays"),
  runtimes: z.array(inferBenchRuntimeSchema),
  evaluation: inferBenchEvaluationSchema.nullable().describe("null where it was not asked for"),
});
export type InferBenchModel = z.output<typeof inferBenchModelSchema>;

/** What `congruent bench infer` measured. */
export const inferBenchSchema = z.object({
  schema: z.literal("congruent/infer-bench@1"),
  machine: trainBenchSchema.shape.machine,
  settings: z.object({
    rounds: z.int().positive().describe("processes or pages for each runtime and batch size"),
    warmUp: z.string(),
    evaluationRounds: z.int().positive(),
  }),
  models: z.array(inferBenchModelSchema),
});
export type InferBench = z.output<typeof inferBenchSchema>;
