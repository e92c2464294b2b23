import { z } from "zod";

const share = z.number().min(0).max(1);

/** What the comparison of all models needs of one; the rest is in results/NAME.json. */
export const resultsEntrySchema = z.object({
  name: z.string().describe("folder below models/"),
  title: z.string().describe("the card's description, or the name where there is no card"),
  dataset: z.string().describe("whose test images they are"),
  accuracy: share.describe("on the test images, of the first declared seed's model"),
  samples: z.int().nonnegative().describe("test images"),
  otherSeeds: z.array(share).describe("accuracies of the other declared seeds"),
  bytes: z.int().nonnegative().nullable().describe("of model.onnx"),
  trainingSeconds: z
    .number()
    .nonnegative()
    .nullable()
    .describe("all epochs with their validation; of a classical model, fitting"),
  epochs: z.int().nonnegative().describe("none of a classical model"),
});
export type ResultsEntry = z.output<typeof resultsEntrySchema>;

/** results/index.json, written by the build and served by the dev server. */
export const resultsIndexSchema = z.object({
  schema: z.literal("congruent/results-index@1"),
  models: z.array(resultsEntrySchema),
});
export type ResultsIndex = z.output<typeof resultsIndexSchema>;
