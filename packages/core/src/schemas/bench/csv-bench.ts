import { z } from "zod";
import { trainBenchSchema } from "./train-bench.js";

const bytes = z.int().nonnegative();
const positive = z.number().positive();

/** One reading of the file, in a process of its own. */
export const csvBenchRunSchema = z.object({
  seconds: positive,
  /** Of the processor, all threads together. */
  cpuSeconds: positive,
  /** The highest resident set above that before the reading; null where the system does not tell. */
  peakBytes: bytes.nullable(),
});
export type CsvBenchRun = z.output<typeof csvBenchRunSchema>;

/** What `congruent bench csv` measured: a CSV file of images into an array. */
export const csvBenchSchema = z.object({
  schema: z.literal("congruent/csv-bench@1"),
  machine: trainBenchSchema.shape.machine,
  file: z.object({ bytes, rows: z.int().positive(), columns: z.int().positive() }),
  /** What the images and labels take as uint8: rows times columns. */
  arrayBytes: bytes,
  contenders: z.array(
    z.object({
      name: z.string(),
      title: z.string(),
      peer: z.boolean(),
      versions: z.record(z.string(), z.string()),
      runs: z.array(csvBenchRunSchema),
      /** Why it has not run every round; null where it has. */
      reason: z.string().nullable(),
      /** Medians over the rounds; null where a round failed. MB are 10^6 bytes of text. */
      megabytesPerSecond: positive.nullable(),
      megabytesPerCpuSecond: positive.nullable(),
      peakBytes: bytes.nullable(),
      /** Of its peak to the array's size. */
      memoryRatio: z.number().nonnegative().nullable(),
    }),
  ),
  /** This reader's time ÷ the fastest peer's; null where either was not measured. */
  toBetterPeer: positive.nullable(),
});
export type CsvBench = z.output<typeof csvBenchSchema>;
