import type { ModelProto } from "@congruent/onnx";

/** The version of the standard operator set that a model uses. */
export function modelOpset({ opsetImport }: ModelProto): number {
  return Number(opsetImport.find(({ domain }) => domain === "" || domain === "ai.onnx")?.version ?? 0n);
}
