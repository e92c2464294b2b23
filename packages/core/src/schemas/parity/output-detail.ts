import { z } from "zod";

/** A value as JSON can hold it. */
const elementSchema = z.union([z.number(), z.literal(["NaN", "Infinity", "-Infinity"])]);

/** An output element by element: what a largest difference alone does not tell. */
export const outputDetailSchema = z.object({
  /** Elements that are finite numbers in both. */
  finite: z.int().nonnegative(),
  /** Elements that are the same NaN or infinity in both: they agree, but prove nothing. */
  nonFinite: z.int().nonnegative(),
  /** Elements that are NaN or infinite in one alone, or infinite with another sign. */
  misplaced: z.int().nonnegative(),
  /** Zeros that have another sign. They are equal as numbers, and are no failure. */
  zeroSigns: z.int().nonnegative(),
  /** Finite elements without any difference. */
  equal: z.int().nonnegative(),
  /** The others by the size of their difference, a power of ten each: from 10^power up to the next one. */
  histogram: z.array(z.object({ power: z.int(), count: z.int().positive() })),
  /** The elements that differ most, misplaced ones first; a few. */
  worst: z.array(
    z.object({
      at: z.array(z.int().nonnegative()).describe("indices, the first of them the sample"),
      expected: elementSchema,
      observed: elementSchema,
    }),
  ),
});
export type OutputDetail = z.output<typeof outputDetailSchema>;
