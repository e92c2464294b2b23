import { z } from "zod";
import { evaluationSchema } from "../evaluation/evaluation.js";
import { agreementSchema } from "../parity/agreement.js";
import { fitReportSchema } from "../runs/fit-report.js";
import { environmentSchema, epochLogSchema } from "../runs/run.js";

/** results.json of a model: how it was trained and how it scores, for the file with this SHA-256. */
export const resultsSchema = z.object({
  schema: z.literal("congruent/results@1"),
  model: z.object({
    file: z.literal("model.onnx"),
    sha256: z.string(),
    bytes: z.int().nonnegative().optional(),
  }),
  environment: environmentSchema,
  epochs: z.array(epochLogSchema).describe("none of a classical model"),
  /** Of a classical model: how it was fitted. */
  fit: fitReportSchema.optional(),
  /** Of a classical model: the file against what scikit-learn itself predicts. */
  agreement: agreementSchema.optional(),
  evaluation: evaluationSchema,
  /** Scores on the training images that the recipe held out. */
  heldOut: evaluationSchema.optional(),
  /** One run for each seed that the recipe declared, in that order; the first one's model is the file. */
  repeats: z
    .object({
      runs: z.array(
        z.object({
          seed: z.int(),
          model: z.object({ sha256: z.string() }),
          accuracy: z.number().describe("on the test images"),
          heldOutAccuracy: z.number().optional(),
          epochs: z.array(epochLogSchema),
        }),
      ),
      mean: z.number().describe("of the accuracies"),
      standardDeviation: z.number().nullable().describe("of a sample (n - 1); null for one run"),
    })
    .optional(),
});
export type Results = z.output<typeof resultsSchema>;
