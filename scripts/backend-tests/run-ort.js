/** One model through ONNX Runtime's CPU kernels, with inputs as the tests keep them. */
import { createRequire } from "node:module";
import { fromProto } from "../../packages/reference/src/index.ts";
import { Skip, typeOf } from "./cases.js";

const ort = createRequire(import.meta.url)("onnxruntime-node");
ort.env.logLevel = "fatal";
if (typeof ort.env.disableTelemetry === "function") ort.env.disableTelemetry();

const arrays = {
  ...{ float32: Float32Array, float64: Float64Array, int8: Int8Array, int16: Int16Array, int32: Int32Array },
  ...{ int64: BigInt64Array, uint8: Uint8Array, uint16: Uint16Array, uint32: Uint32Array },
  ...{ uint64: BigUint64Array, bool: Uint8Array },
};

function toOrt(proto) {
  const { dtype, dims, data } = fromProto(proto);
  if (dtype === "string") return new ort.Tensor("string", data, dims);
  if (dtype === "float16") return new ort.Tensor("float16", halfBits(proto), dims);
  const array = arrays[dtype];
  if (!array) throw new Skip(`onnxruntime-node has no ${typeOf(proto)} tensors`);
  return new ort.Tensor(dtype, array.from(data), dims);
}

/** @throws Skip for a type of which onnxruntime-node has no tensors: it crashes on some of them */
export function checkOrt(proto) {
  const { dtype } = fromProto(proto);
  if (dtype !== "string" && dtype !== "float16" && !arrays[dtype])
    throw new Skip(`onnxruntime-node has no ${typeOf(proto)} tensors`);
}

function halfBits({ rawData, int32Data }) {
  return rawData.length > 0 ? new Uint16Array(rawData.slice().buffer) : Uint16Array.from(int32Data);
}

/** Half-precision bits as numbers, as the wanted values are. */
export function fromOrt({ type, data, dims }) {
  if (type !== "float16") return { dtype: type, data, dims };
  const bytes = new Uint8Array(Uint16Array.from(data).buffer);
  const proto = {
    name: "",
    dataType: 10,
    dims: dims.map(BigInt),
    rawData: bytes,
    stringData: [],
    int32Data: [],
  };
  return { ...fromProto(proto), dims };
}

/** Its outputs by name, as ONNX Runtime gives them. */
export async function runOrt(model, feeds) {
  const inputs = Object.fromEntries(Object.entries(feeds).map(([name, proto]) => [name, toOrt(proto)]));
  const session = await ort.InferenceSession.create(model, {
    executionProviders: ["cpu"],
    logSeverityLevel: 4,
  });
  const outputs = await session.run(inputs);
  await session.release();
  return outputs;
}
