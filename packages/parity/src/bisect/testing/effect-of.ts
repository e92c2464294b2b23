import { encodeModel, expose, type ModelProto } from "@congruent/onnx";
import { difference, load } from "@congruent/runtime";
import type { Tensors } from "../../runner.js";
import { type Fault, withFault } from "./faults.js";

/** How far a fault moves the value that its node makes, as a part of that value's largest magnitude: measured without any bisect. */
export async function effectOf(
  model: ModelProto,
  inputs: Tensors,
  output: string,
  fault: Fault,
): Promise<number> {
  const exposed = expose(model, [output]);
  const sound = await observed(exposed, inputs, output);
  const faulty = await observed(withFault(exposed, output, fault) ?? exposed, inputs, output);
  const { maxAbs, scale } = difference(sound, faulty);
  return maxAbs === null ? Number.POSITIVE_INFINITY : maxAbs / scale;
}

async function observed(model: ModelProto, inputs: Tensors, output: string) {
  const ready = await load(encodeModel(model), { runtime: "node-cpu" });
  try {
    const { [output]: value } = await ready.run(inputs);
    if (!value) throw new Error(`the model does not give ${output}`);
    return value;
  } finally {
    await ready.close();
  }
}
