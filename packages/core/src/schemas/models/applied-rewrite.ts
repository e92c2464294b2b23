import { z } from "zod";

/** What was rewritten in a model's file because a runtime computes it wrongly: where, what and why. */
export const appliedRewriteSchema = z.object({
  rewrite: z.string(),
  fault: z.string().describe("what is computed wrongly"),
  remedy: z.string().describe("what is there instead"),
  runtimes: z.array(z.string()).describe("which compute it wrongly"),
  versions: z.string().describe("of ONNX Runtime, for which that was measured"),
  link: z.string(),
  nodes: z.array(z.string()).describe("that would be computed wrongly"),
  layers: z
    .array(z.string())
    .default([])
    .describe("of the layers model, whose nodes these are; none where the file names none, as older ones"),
});
export type AppliedRewrite = z.output<typeof appliedRewriteSchema>;
