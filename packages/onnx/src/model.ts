import { fromBinary, toBinary } from "@bufbuild/protobuf";
import { messageOf } from "@congruent/core/essentials";
import { refuseForeign } from "./foreign.js";
import {
  type ModelProto,
  ModelProtoSchema,
  type TensorProto,
  TensorProtoSchema,
} from "./generated/onnx/onnx-ml_pb.js";
import { invalid, unreadable } from "./invalid.js";
import { modelFlaw, tensorFlaw } from "./model-flaw.js";

/**
 * The model in an ONNX file's bytes. Weights are views into `bytes`; no length that the file merely claims is allocated.
 *
 * @param source name of the file, for errors
 * @throws CongruentError `E_ONNX_INVALID` for bytes that are no ONNX model, naming what is wrong.
 * @example
 * ```ts
 * const x = makeTensorValueInfo("x", "float32", ["batch", 2]);
 * const y = makeTensorValueInfo("y", "float32", ["batch", 2]);
 * const graph = makeGraph([makeNode("Relu", ["x"], ["y"])], "relu", [x], [y]);
 * const bytes = encodeModel(makeModel(graph));
 * decodeModel(bytes).graph?.node[0]?.opType; // => "Relu"
 * ```
 */
export function decodeModel(bytes: Uint8Array, source = "the model"): ModelProto {
  refuseForeign(bytes, source);
  let model: ModelProto;
  try {
    model = fromBinary(ModelProtoSchema, bytes);
  } catch (error) {
    throw unreadable(source, error);
  }
  const flaw = modelFlaw(model);
  if (flaw) throw invalid(source, flaw);
  return model;
}

/**
 * The bytes of a model, fields that this version does not know included.
 *
 * @example
 * ```ts
 * const y = makeTensorValueInfo("y", "float32", [2]);
 * encodeModel(makeModel(makeGraph([], "empty", [], [y]))).subarray(0, 2); // => Uint8Array.of(8, 8)
 * ```
 */
export function encodeModel(model: ModelProto): Uint8Array<ArrayBuffer> {
  return toBinary(ModelProtoSchema, model);
}

/**
 * The tensor in the bytes of a file of its own, as the ONNX backend tests keep inputs and outputs.
 *
 * @throws CongruentError `E_ONNX_INVALID` for bytes that are no tensor, or a tensor whose bytes do not fit its shape
 * @example
 * ```ts
 * const bytes = encodeTensorProto(makeTensor("x", tensor("float32", Float32Array.of(1, 2), [2])));
 * decodeTensorProto(bytes).dims; // => [2n]
 * ```
 */
export function decodeTensorProto(bytes: Uint8Array, source = "the tensor"): TensorProto {
  let decoded: TensorProto;
  try {
    decoded = fromBinary(TensorProtoSchema, bytes);
  } catch (error) {
    throw invalid(source, `is no serialized tensor (${messageOf(error)})`, error);
  }
  // Without a type it is another message, or nothing.
  if (decoded.dataType === 0) throw invalid(source, "is no serialized tensor");
  const flaw = tensorFlaw(decoded);
  if (flaw) throw invalid(source, `is a tensor ${flaw}`);
  return decoded;
}

/** The bytes of a tensor for a file of its own. */
export function encodeTensorProto(tensor: TensorProto): Uint8Array<ArrayBuffer> {
  return toBinary(TensorProtoSchema, tensor);
}
