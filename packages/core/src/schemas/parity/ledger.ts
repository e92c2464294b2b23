import { z } from "zod";
import { browserNameSchema, runtimeNameSchema } from "../names.js";

/** A ledger of known divergences: `congruent parity --expect FILE`. */
export const ledgerSchema = z.strictObject({
  schema: z.literal("congruent/expectations@1"),
  expect: z.array(
    z.strictObject({
      model: z.string().describe("name in the card, or * for any"),
      runtime: runtimeNameSchema,
      /** Of a runtime on a page; absent means every browser. */
      browser: browserNameSchema.optional(),
      /** Range of ONNX Runtime versions, such as >=1.30.0 <1.31.0; absent means every version. */
      versions: z.string().optional(),
      /** Part of the adapter's description; absent means every adapter. */
      adapter: z.string().optional(),
      /** Where the divergence begins (`firstDivergence`, which needs a bisect): another node is another fault. */
      node: z.string().optional(),
      reason: z.string().min(1),
      link: z.string().optional(),
    }),
  ),
});
export type Ledger = z.output<typeof ledgerSchema>;
