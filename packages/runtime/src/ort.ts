/** Between this project's tensors and ONNX Runtime's, which are the same classes in Node and in browsers. */
import { CongruentError, DTYPES, type DType, type Tensor } from "@congruent/core/essentials";
import type { InferenceSession, Tensor as OrtTensor, TensorConstructor } from "onnxruntime-common";

export function toOrt(
  construct: TensorConstructor,
  tensors: Record<string, Tensor>,
): Record<string, OrtTensor> {
  return Object.fromEntries(
    Object.entries(tensors).map(([name, { dtype, data, dims }]) => [name, new construct(dtype, data, dims)]),
  );
}

export function fromOrt(outputs: InferenceSession.OnnxValueMapType): Record<string, Tensor> {
  return Object.fromEntries(
    Object.entries(outputs).map(([name, output]) => {
      const { type, data, dims } = output as OrtTensor;
      if (!(DTYPES as readonly string[]).includes(type)) {
        throw new CongruentError({
          code: "E_DTYPE",
          what: `output ${name} is ${type}`,
          expected: `one of ${DTYPES.join(", ")}`,
        });
      }
      return [name, { dtype: type as DType, data: bitsOf(type, data), dims } as Tensor];
    }),
  );
}

/** Half precision is kept as bits, even where JavaScript has an array type for it. */
function bitsOf(type: string, data: OrtTensor["data"]): OrtTensor["data"] {
  if (type !== "float16" || data instanceof Uint16Array) return data;
  const { buffer, byteOffset, length } = data as unknown as Uint16Array;
  return new Uint16Array(buffer, byteOffset, length);
}
