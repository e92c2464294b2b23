/** The official ONNX backend node tests, read from the archive that set-up fetches. */
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { unzipSync } from "fflate";
import { decodeModel, decodeTensorProto, dtypeName } from "../../packages/onnx/src/index.ts";
import { backendTestsArchive } from "../../packages/toolchain/src/index.ts";

const { use } = createRequire(import.meta.url)("../jest/needs.cjs");

const ROOT = "onnx/backend/test/data/node/";

/**
 * Every test in alphabetical order: its model's bytes, and the bytes of inputs and outputs of its first data set (all have one).
 *
 * @returns {{ name: string, model: Uint8Array, files: Record<string, Uint8Array> }[]}
 */
export function readCases() {
  use("backend-tests", "ONNX's backend tests");
  const entries = unzipSync(readFileSync(backendTestsArchive()), {
    filter: ({ name }) => name.startsWith(ROOT) && !name.endsWith("/"),
  });
  const cases = new Map();
  for (const [path, bytes] of Object.entries(entries)) {
    const [name, ...rest] = path.slice(ROOT.length).split("/");
    const found = cases.get(name) ?? { name, files: {} };
    if (rest.join("/") === "model.onnx") found.model = bytes;
    else found.files[rest.join("/")] = bytes;
    cases.set(name, found);
  }
  return [...cases.values()].sort((a, b) => (a.name < b.name ? -1 : 1));
}

/** A reason for which a test is not run. */
export class Skip extends Error {}

const BFLOAT16 = 16;
const UINT16 = 4;

/**
 * The messages of onnx-data.proto, which the model's own file does not have: `tensor_values` of a SequenceProto, and of an OptionalProto
 * `tensor_value` or `sequence_value`.
 */
function messagesOf(bytes, wanted) {
  const found = [];
  let at = 0;
  const varint = () => {
    let [value, shift] = [0, 0];
    for (; bytes[at] >= 128; shift += 7) value += (bytes[at++] & 127) * 2 ** shift;
    return value + bytes[at++] * 2 ** shift;
  };
  while (at < bytes.length) {
    const tag = varint();
    const length = varint();
    // All their fields are numbers (0) or have a length (2).
    if (tag % 8 !== 2) continue;
    if (wanted.includes(tag >> 3)) found.push({ field: tag >> 3, bytes: bytes.subarray(at, at + length) });
    at += length;
  }
  return found;
}

/** Sequences and optionals: `{ items, type }` of TensorProtos; `items` is null where the optional is empty, a single one for a tensor. */
function collected(type, bytes) {
  if (type.value.case === "tensorType") return decodeTensorProto(bytes);
  const inner = type.value.value.elemType;
  if (type.value.case === "sequenceType") {
    return {
      type: inner.value.value.elemType,
      items: messagesOf(bytes, [3]).map((each) => decodeTensorProto(each.bytes)),
    };
  }
  if (type.value.case !== "optionalType") throw new Skip(`${type.value.case} values`);
  const [given] = messagesOf(bytes, [3, 5]);
  if (given) return collected(inner, given.bytes);
  const element = inner.value.case === "sequenceType" ? inner.value.value.elemType : inner;
  return { type: element.value.value.elemType, items: null };
}

/** A declared input's or output's recorded value. */
function recorded(declared, bytes, all) {
  const kind = declared.type?.value.case;
  if (all && declared.type && kind !== "tensorType") return collected(declared.type, bytes);
  if (kind !== "tensorType") throw new Skip(`${kind?.replace("Type", "") ?? "untyped"} values`);
  const proto = decodeTensorProto(bytes, declared.name);
  // The recorded bits of bfloat16 are declared as uint16: numpy has no bfloat16.
  if (declared.type.value.value.elemType === BFLOAT16 && proto.dataType === UINT16) proto.dataType = BFLOAT16;
  return proto;
}

/**
 * The model, its feeds by name and its wanted outputs in order, as TensorProtos.
 *
 * @param all whether sequences and optionals are read as well
 * @throws Skip for values that are no tensors
 */
export function openCase({ name, model: bytes, files }, all = false) {
  const model = decodeModel(bytes, name);
  const file = (kind, index) => files[`test_data_set_0/${kind}_${index}.pb`];
  const feeds = model.graph.input.flatMap((input, index) => {
    const found = file("input", index);
    return found ? [[input.name, recorded(input, found, all)]] : [];
  });
  const wanted = model.graph.output.map((output, index) => recorded(output, file("output", index), all));
  return { model, feeds: Object.fromEntries(feeds), wanted };
}

/** Types in words, for reasons. */
export function typeOf(proto) {
  return dtypeName(proto.dataType);
}
