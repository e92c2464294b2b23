/**
 * Child process: the tests from a number on through ONNX Runtime's CPU kernels, one after the other. Each answer goes out before the next
 * test begins, so that the parent knows which one a crash belongs to.
 */
import { createRequire } from "node:module";
import { fromProto } from "../../packages/reference/dist/index.js";
import { openCase, readCases, Skip, typeOf } from "./cases.js";
import { difference, TOLERANCE } from "./compare.js";

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

function halfBits({ rawData, int32Data }) {
  return rawData.length > 0 ? new Uint16Array(rawData.slice().buffer) : Uint16Array.from(int32Data);
}

/** Half-precision bits as numbers, as the wanted values are. */
function fromOrt({ type, data, dims }) {
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

/** Said of the machine, not of the runtime. */
const LOCALE = "this machine lacks the locale en_US.UTF-8";

const LACKS = [
  [/Could not find an implementation for (\S+?)(\(\d+\))? node/, (m) => `no CPU kernel for ${m[1]}`],
  [/(\S+)\((-?\d+)\) is not a registered function\/op/, (m) => `no operator ${m[1]}`],
  [/No Op registered for (\S+)/, (m) => `no operator ${m[1]}`],
  [/Fatal error: (\S+) is not a registered/, (m) => `no operator ${m[1].replace(/\(.*/, "")}`],
  [/Opset (\d+) is under development/i, (m) => `opset ${m[1]} is not released there`],
  [
    /Unsupported (?:model IR version|tensor type|data type): (\S+)/i,
    (m) => `unsupported type or version ${m[1]}`,
  ],
  [
    /Type 'tensor\((\w+)\)' of input parameter .* is invalid/,
    (m) => `${m[1]} is no type of this operator there`,
  ],
  [/string_normalizer.*(?:Locale|locale|setlocale)/, () => LOCALE],
  [/NOT_IMPLEMENTED : (.{0,60})/, (m) => `not implemented: ${m[1]}`],
];

async function run(testCase) {
  try {
    const { model, feeds, wanted } = openCase(testCase);
    const expected = wanted.map(fromProto);
    const inputs = Object.fromEntries(Object.entries(feeds).map(([name, proto]) => [name, toOrt(proto)]));
    const session = await ort.InferenceSession.create(testCase.model, {
      executionProviders: ["cpu"],
      logSeverityLevel: 4,
    });
    const outputs = await session.run(inputs);
    const wrong = model.graph.output
      .map(({ name }, i) => difference(expected[i], fromOrt(outputs[name]), TOLERANCE))
      .find((each) => each !== null);
    await session.release();
    return wrong === undefined ? { status: "passed" } : { status: "failed", reason: wrong };
  } catch (error) {
    if (error instanceof Skip || error.code === "E_VALUE_DTYPE") {
      const reason = /is of type (\S+),/.exec(error.message)?.[1];
      return { status: "skipped", reason: reason ? `${reason} values` : error.message };
    }
    for (const [pattern, say] of LACKS) {
      const match = pattern.exec(error.message);
      if (match) return { status: "skipped", reason: say(match) };
    }
    // A path of the build machine and a signature say nothing to a reader.
    const words = error.message.split("\n")[0].replace(/^.*onnxruntime::.*?\)\s*(?:\[with .*?\] )?/, "");
    return { status: "failed", reason: words.slice(0, 160) };
  }
}

process.once("message", async (begin) => {
  const cases = readCases();
  for (let index = begin; index < cases.length; index++) {
    const result = await run(cases[index]);
    await new Promise((resolve) => process.send({ index, result }, resolve));
  }
  process.disconnect();
});
