import { z } from "zod";

/**
 * What a session of ONNX Runtime can be told beyond threads and optimization level, in its own words: options of the execution provider
 * (`forceCpuNodeNames`, `preferredLayout`) and entries of the session's configuration (`optimization.disable_specified_optimizers`).
 */
export const sessionSettingsSchema = z.object({
  provider: z.record(z.string(), z.union([z.string(), z.boolean(), z.array(z.string())])).default({}),
  config: z.record(z.string(), z.string()).default({}),
});
export type SessionSettings = z.output<typeof sessionSettingsSchema>;
