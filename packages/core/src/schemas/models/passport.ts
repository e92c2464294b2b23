import { z } from "zod";
import { browserNameSchema, runtimeNameSchema } from "../names.js";
import { verdictSchema } from "../parity/parity.js";
import { appliedRewriteSchema } from "./applied-rewrite.js";

const encodedTensor = z.object({
  dtype: z.enum(["float32", "int64"]),
  dims: z.array(z.int().nonnegative()),
  base64: z.string().describe("little-endian, row-major"),
});

/** model.passport.json: lets anyone check that a copy of model.onnx computes what it did where it was made. */
export const passportSchema = z.object({
  schema: z.literal("congruent/passport@1"),
  model: z.object({ file: z.literal("model.onnx"), sha256: z.string(), bytes: z.int().positive() }),
  /** What the file says of itself; absent from older passports, of which it is not known. */
  rewrites: z.array(appliedRewriteSchema).optional().describe("empty where nothing had to be rewritten"),
  golden: z.object({
    source: z.string().describe("where the inputs come from, such as mnist test images 0..15"),
    runtime: runtimeNameSchema.describe("which runtime computed the outputs"),
    inputs: z.record(z.string(), encodedTensor),
    outputs: z.record(z.string(), encodedTensor),
    bounds: z.record(z.string(), z.object({ bound: z.number(), why: z.string() })),
  }),
  parity: z.object({
    verdict: verdictSchema,
    cells: z.array(
      z.object({
        runtime: runtimeNameSchema,
        /** Null in Node, and where it was not recorded: it was Chromium then. */
        browser: browserNameSchema.nullable().default(null),
        status: z.string(),
        samples: z.int(),
        /** Session options of ONNX Runtime with which this runtime is right, where it is wrong without and they are known. */
        cure: z.record(z.string(), z.unknown()).optional(),
      }),
    ),
  }),
});
export type Passport = z.output<typeof passportSchema>;
export type EncodedTensor = z.output<typeof encodedTensor>;
