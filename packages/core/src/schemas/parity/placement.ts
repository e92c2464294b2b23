import { z } from "zod";

/** How far ONNX Runtime may rewrite a graph before it runs, from not at all to everything. */
export const OPTIMIZATIONS = ["disabled", "basic", "extended", "all"] as const;
export const optimizationSchema = z.enum(OPTIMIZATIONS);
export type Optimization = z.output<typeof optimizationSchema>;

/** A node as a runtime ran it, and what ran it. */
export const placedNodeSchema = z.object({ node: z.string(), opType: z.string(), provider: z.string() });

/** Where the nodes ran: proof that a GPU runtime computed on the GPU. */
export const placementSchema = z.object({
  /** How that is known, such as "ONNX Runtime's profile of the first batch". */
  source: z.string(),
  /** The execution provider that the runtime stands for. */
  expected: z.string(),
  /** Nodes per execution provider. They are those of the optimized graph, where some are fused and others added. */
  providers: z.record(z.string(), z.int().positive()),
  /** The nodes that another provider ran. */
  fallbacks: z.array(placedNodeSchema),
});
export type Placement = z.output<typeof placementSchema>;
