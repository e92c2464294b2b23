/** Between this project's tensors and ONNX Runtime's, which are the same classes in Node and in browsers. */
import { CongruentError, DTYPES, type DType, type Tensor } from "@congruent/core/essentials";
import type { InferenceSession, Tensor as OrtTensor, TensorConstructor } from "onnxruntime-common";

export function toOrt(
  construct: TensorConstructor,
  tensors: Record<string, Tensor>,
): Record<string, OrtTensor> {
  const made: Record<string, OrtTensor> = {};
  for (const name of Object.keys(tensors)) {
    const { dtype, data, dims } = tensors[name] as Tensor;
    made[name] = new construct(dtype, data, dims);
  }
  return made;
}

export function fromOrt(outputs: InferenceSession.OnnxValueMapType): Record<string, Tensor> {
  const found: Record<string, Tensor> = {};
  for (const name of Object.keys(outputs)) {
    const { type, data, dims } = outputs[name] as OrtTensor;
    if (!known.has(type)) {
      throw new CongruentError({
        code: "E_DTYPE",
        what: `output ${name} is ${type}`,
        expected: `one of ${DTYPES.join(", ")}`,
      });
    }
    found[name] = { dtype: type as DType, data: bitsOf(type, data), dims } as Tensor;
  }
  return found;
}

const known: ReadonlySet<string> = new Set(DTYPES);

/** Half precision is kept as bits, even where JavaScript has an array type for it. */
function bitsOf(type: string, data: OrtTensor["data"]): OrtTensor["data"] {
  if (type !== "float16" || data instanceof Uint16Array) return data;
  const { buffer, byteOffset, length } = data as unknown as Uint16Array;
  return new Uint16Array(buffer, byteOffset, length);
}
