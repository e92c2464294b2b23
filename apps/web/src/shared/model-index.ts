import { runtimeNameSchema } from "@congruent/core";
import { z } from "zod";

/** One model that the app offers: a folder below `models/` with a promoted model.onnx. */
export const modelEntrySchema = z.object({
  name: z.string().describe("folder below models/"),
  title: z.string().describe("the card's description, or the name where there is no card"),
  bytes: z.int().positive(),
  sha256: z.string(),
  passport: z.boolean().describe("whether model.passport.json stands beside it"),
  /** Runtimes that computed other numbers when the model was promoted, as its passport says. */
  differing: z.array(runtimeNameSchema),
});
export type ModelEntry = z.output<typeof modelEntrySchema>;

/** models/index.json, written by the build and served by the dev server. */
export const modelIndexSchema = z.object({
  schema: z.literal("congruent/model-index@1"),
  models: z.array(modelEntrySchema),
});
export type ModelIndex = z.output<typeof modelIndexSchema>;
