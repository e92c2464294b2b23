import { z } from "zod";

/**
 * One line of a run's log.jsonl: what an epoch ended with. Besides what is named here it holds the metrics that were
 * asked for, the validation's under the same names with `val` in front.
 */
export const epochLogSchema = z
  .object({
    epoch: z.int().positive().describe("counts from 1"),
    steps: z.int().positive(),
    seconds: z.number().nonnegative().describe("training and validation"),
    examplesPerSecond: z.number().nonnegative(),
    loss: z.number().describe("with regularization terms, mean over the examples of the epoch"),
    crossEntropy: z.number().optional(),
    accuracy: z.number().min(0).max(1).optional(),
    learningRate: z.number().optional().describe("of the epoch's last step"),
    valLoss: z.number().optional(),
    valCrossEntropy: z.number().optional(),
    valAccuracy: z.number().min(0).max(1).optional(),
  })
  .catchall(z.number());
export type EpochLog = z.output<typeof epochLogSchema>;

/** environment.json of a run: enough to say why two runs of one recipe differ. */
export const environmentSchema = z.object({
  schema: z.literal("congruent/environment@1"),
  engine: z.enum(["graph", "eager", "scikit-learn"]),
  device: z.enum(["cpu", "gpu"]),
  seed: z.int(),
  platform: z.string(),
  cpu: z.string(),
  cores: z.int().positive(),
  threads: z.int().positive().optional().describe("that TensorFlow computes an operator with"),
  batchParts: z
    .int()
    .positive()
    .optional()
    .describe("of a batch that are computed side by side; 1 unless said"),
  kernels: z
    .enum(["tensorflow", "own"])
    .optional()
    .describe("whose kernels computed convolutions and average pooling: TensorFlow's unless said, or this project's own"),
  instructionSet: z
    .enum(["avx512", "avx2", "other"])
    .optional()
    .describe("of the processor: what kernels are chosen by, TensorFlow's among themselves too"),
  /** Where the training ended before the recipe's last epoch. */
  stopped: z.object({ epoch: z.int().positive(), reason: z.string() }).optional(),
  versions: z.record(z.string(), z.string()),
  dataset: z.object({
    name: z.string(),
    license: z.string(),
    sha256: z.record(z.string(), z.string()),
    labels: z.array(z.string()),
    height: z.int().positive(),
    width: z.int().positive(),
    channels: z.int().positive(),
    foreground: z.enum(["light", "dark", "any"]),
    train: z.int().positive().describe("images trained on, without the validation split"),
    validation: z.int().nonnegative(),
    heldOut: z.int().nonnegative().default(0).describe("training images set apart and scored at the end"),
    test: z.int().nonnegative(),
  }),
});
export type Environment = z.output<typeof environmentSchema>;
