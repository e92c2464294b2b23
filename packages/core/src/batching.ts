import { z } from "zod";

const size = z.int().positive();

/**
 * How inputs are cut into runs of a model.
 *
 * - `once`: the model runs once on the inputs as they are, whatever their first axes mean;
 * - `split`: at most `size` samples at a time, the last ones may be fewer;
 * - `fixed`: `size` samples at a time and no other number, as the model states it; samples that do not fill a batch are left out.
 */
export const batchingSchema = z.discriminatedUnion("mode", [
  z.object({ mode: z.literal("once") }),
  z.object({ mode: z.literal("split"), size }),
  z.object({ mode: z.literal("fixed"), size }),
]);
export type Batching = z.output<typeof batchingSchema>;
