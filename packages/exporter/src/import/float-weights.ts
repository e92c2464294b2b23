import { type ModelProto, ONNX_DTYPES, type TensorProto } from "@congruent/onnx";

/** The float32 initializers of a model, by name, as bits: so that zeros of both signs and NaN are told apart. */
export function floatWeights(model: ModelProto): Map<string, Uint32Array> {
  const found = new Map<string, Uint32Array>();
  for (const tensor of model.graph?.initializer ?? []) {
    if (tensor.dataType === ONNX_DTYPES.float32) found.set(tensor.name, bitsOf(tensor));
  }
  return found;
}

function bitsOf({ rawData, floatData }: TensorProto): Uint32Array {
  // A copy: it may be a view at an odd offset, and a Buffer's slice would be one, too.
  if (rawData.length > 0) return new Uint32Array(new Uint8Array(rawData).buffer);
  return new Uint32Array(Float32Array.from(floatData).buffer);
}
