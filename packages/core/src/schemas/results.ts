import { z } from "zod";
import { evaluationSchema } from "./evaluation.js";
import { environmentSchema, epochLogSchema } from "./run.js";

/** results.json of a model: how it was trained and how it scores, for the file with this SHA-256. */
export const resultsSchema = z.object({
  schema: z.literal("congruent/results@1"),
  model: z.object({ file: z.literal("model.onnx"), sha256: z.string() }),
  environment: environmentSchema,
  epochs: z.array(epochLogSchema),
  evaluation: evaluationSchema,
});
export type Results = z.output<typeof resultsSchema>;
