/**
 * The protocol between the parity runner and the page that runs a model in a browser. Safe in a browser.
 *
 * The page is opened as `/parity.html?job=/job/ID`. It
 * 1. fetches that address and gets a {@link WebJob};
 * 2. fetches the model and every input (raw little-endian bytes, row-major);
 * 3. runs the model with `@congruent/runtime`;
 * 4. after each batch posts every output's bytes to {@link resultUrl}, then one {@link WebJobPart} as JSON to `job.parts`, which says of how
 *    many samples they are;
 * 5. posts one {@link WebJobResult} as JSON to `job.results`, even when it failed.
 *
 * Tensors travel as bytes because 10,000 pictures as JSON numbers would be a hundred times as slow.
 */
import {
  batchingSchema,
  browserRuntimeSchema,
  checked,
  DTYPES,
  type DType,
  type Tensor,
} from "@congruent/core";
import { optimizationSchema, placedNodeSchema, sessionSettingsSchema } from "@congruent/core/schemas";
import { z } from "zod";

const dims = z.array(z.int().nonnegative());

/** Where the page reads its work. */
export const webJobSchema = z.object({
  model: z.string().describe("URL of the ONNX file"),
  runtime: browserRuntimeSchema,
  /** Threads of the wasm runtime; 1 is the most reproducible. */
  threads: z.int().positive(),
  optimization: optimizationSchema.default("all"),
  /** What ONNX Runtime is told besides. */
  session: sessionSettingsSchema.optional(),
  /** Whether a profile of the first run is kept, which tells where the nodes ran. */
  profile: z.boolean().default(true),
  batching: batchingSchema,
  /** Milliseconds that are left, where batches may be smaller than `batching` says; see `runInParts`. */
  growWithinMs: z.number().optional(),
  inputs: z.array(z.object({ name: z.string(), dtype: z.enum(DTYPES), dims, url: z.string() })),
  parts: z.string().describe("URL to which it is posted that a part is complete"),
  results: z.string().describe("URL to which outputs and the closing result are posted"),
});
export type WebJob = z.output<typeof webJobSchema>;

/** What the page posts of some samples that are done, the next ones, after their outputs. */
export const webJobPartSchema = z.object({
  samples: z.int().positive(),
  /** Of the model's run alone. */
  milliseconds: z.number().nonnegative(),
  /** Milliseconds until the model could run. */
  load: z.number().nonnegative(),
  versions: z.record(z.string(), z.string()),
  adapter: z.string().nullable(),
  /** Where the nodes of the first part ran. */
  placed: z.array(placedNodeSchema).optional(),
});
export type WebJobPart = z.output<typeof webJobPartSchema>;

/** The result that the page posts at its end. */
export const webJobResultSchema = z.discriminatedUnion("ok", [
  z.object({ ok: z.literal(true), seconds: z.number().nonnegative().describe("inference alone") }),
  z.object({
    ok: z.literal(false),
    /** `E_RUNTIME_UNAVAILABLE` makes the cell `unavailable`, everything else `error`. */
    code: z.string(),
    message: z.string(),
    fix: z.string().nullable().optional(),
  }),
]);
export type WebJobResult = z.output<typeof webJobResultSchema>;

/** The page's address below the server's root. */
export function jobPage(id: string): string {
  return `/parity.html?job=${encodeURIComponent(`/job/${id}`)}`;
}

/**
 * Where one output's bytes are posted.
 *
 * @example
 * ```ts
 * const output = { dtype: "float32", dims: [1, 2], data: Float32Array.of(0, 1) } as const;
 * resultUrl("/job/7/results", "a/b", output); // => "/job/7/results/a%2Fb?dtype=float32&dims=1,2"
 * ```
 */
export function resultUrl(results: string, name: string, output: Pick<Tensor, "dtype" | "dims">): string {
  return `${results}/${encodeURIComponent(name)}?dtype=${output.dtype}&dims=${output.dims.join(",")}`;
}

/** The dtype and dims that {@link resultUrl} put into a query string. */
export function resultShape(query: URLSearchParams): { dtype: DType; dims: number[] } {
  const text = query.get("dims") ?? "";
  const shape = { dtype: query.get("dtype"), dims: text === "" ? [] : text.split(",").map(Number) };
  return checked(shape, z.object({ dtype: z.enum(DTYPES), dims }), "the address of a result");
}
