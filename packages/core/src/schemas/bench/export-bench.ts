import { z } from "zod";
import { browserNameSchema, runtimeNameSchema } from "../names.js";
import { trainBenchSchema } from "./train-bench.js";

const milliseconds = z.number().nonnegative();

/** Files of one network: as it is exported, without the rewrites for portability, and by tf2onnx. */
export const exportGraphSchema = z.enum(["native", "plain", "tf2onnx"]);
export type ExportGraph = z.output<typeof exportGraphSchema>;

/** How long one exporter takes, from the model in memory to the bytes of the file; verification apart. */
export const exportTimeSchema = z.object({
  via: exportGraphSchema.exclude(["plain"]),
  rounds: z.array(milliseconds),
  /** Median; null where it failed. */
  milliseconds: milliseconds.nullable(),
  reason: z.string().nullable().describe("why it failed"),
});
export type ExportTime = z.output<typeof exportTimeSchema>;

/** The latency of a graph as a part of another one's, on one runtime. */
export const graphRatioSchema = z.object({
  graph: exportGraphSchema,
  to: exportGraphSchema,
  rounds: z.array(z.number().positive()),
  median: z.number().positive(),
  /** Holds the median with 95 % probability; null for fewer than six rounds. */
  interval: z.tuple([z.number(), z.number()]).nullable(),
});
export type GraphRatio = z.output<typeof graphRatioSchema>;

export const exportBenchRuntimeSchema = z.object({
  runtime: runtimeNameSchema,
  browser: browserNameSchema.nullable(),
  status: z.enum(["measured", "unavailable", "failed"]),
  reason: z.string().nullable(),
  versions: z.record(z.string(), z.string()),
  turns: z.string().describe("what each turn of a graph has"),
  /** Median over the rounds of the median run of one sample. */
  graphs: z.array(z.object({ graph: exportGraphSchema, milliseconds })),
  ratios: z.array(graphRatioSchema),
});
export type ExportBenchRuntime = z.output<typeof exportBenchRuntimeSchema>;

export const exportBenchNetworkSchema = z.object({
  network: z.string(),
  parameters: z.int().positive(),
  rewritten: z.array(z.string()).describe("nodes that some runtime would compute wrongly"),
  files: z.array(
    z.object({ graph: exportGraphSchema, bytes: z.int().positive(), nodes: z.int().positive() }),
  ),
  exports: z.array(exportTimeSchema),
  runtimes: z.array(exportBenchRuntimeSchema),
});
export type ExportBenchNetwork = z.output<typeof exportBenchNetworkSchema>;

/** What `congruent bench export` measured. */
export const exportBenchSchema = z.object({
  schema: z.literal("congruent/export-bench@1"),
  machine: trainBenchSchema.shape.machine,
  settings: z.object({
    rounds: z.int().nonnegative().describe("in each of which every graph has a turn on each runtime"),
    exportRounds: z.int().positive(),
  }),
  networks: z.array(exportBenchNetworkSchema),
});
export type ExportBench = z.output<typeof exportBenchSchema>;
