import type { ModelProto } from "@congruent/onnx";

/** tf2onnx numbers unknown dimensions (`unk__31`); the first of every input and output is the batch. */
export function withBatchNamed(model: ModelProto): ModelProto {
  for (const value of [...(model.graph?.input ?? []), ...(model.graph?.output ?? [])]) {
    const kind = value.type?.value;
    const first = kind?.case === "tensorType" ? kind.value.shape?.dim[0] : undefined;
    if (first && first.value.case !== "dimValue") first.value = { case: "dimParam", value: "batch" };
  }
  return model;
}
