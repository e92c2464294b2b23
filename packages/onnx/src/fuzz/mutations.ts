/** Damaged models: bytes changed as files break, and messages changed as exporters (or attackers) get them wrong. */
import fc from "fast-check";
import {
  AttributeProto_AttributeType,
  type ModelProto,
  type TensorProto,
  TensorProto_DataLocation,
} from "../index.js";
import { decodeModel, encodeModel } from "../model.js";
import { attentionBlock, branchingModel, residualBlock, tinyClassifier } from "../testing.js";

const corpus: readonly Uint8Array[] = [
  tinyClassifier().bytes,
  ...[attentionBlock(), residualBlock(), branchingModel()].map(encodeModel),
];

type Change = (bytes: Uint8Array) => Uint8Array;

const place = fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true });
/** What lengths and counts look like when they lie: varints of 2^31 - 1, 2^32 - 1, 2^63 - 1. */
const lies = [
  [0xff, 0xff, 0xff, 0xff, 0x07],
  [0xff, 0xff, 0xff, 0xff, 0x0f],
  [0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x7f],
  [0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x01],
];

function splice(bytes: Uint8Array, at: number, remove: number, insert: Uint8Array): Uint8Array {
  const begin = Math.floor(at * bytes.length);
  const rest = bytes.subarray(Math.min(bytes.length, begin + remove));
  return Uint8Array.from([...bytes.subarray(0, begin), ...insert, ...rest]);
}

const byteChanges: fc.Arbitrary<Change> = fc.oneof(
  fc.array(fc.tuple(place, fc.nat(255)), { minLength: 1, maxLength: 8 }).map(
    (changes): Change =>
      (bytes) => {
        const copy = bytes.slice();
        for (const [at, value] of changes) copy[Math.floor(at * copy.length)] = value;
        return copy;
      },
  ),
  place.map(
    (at): Change =>
      (bytes) =>
        bytes.subarray(0, Math.floor(at * bytes.length)),
  ),
  fc.tuple(place, fc.nat(40), fc.uint8Array({ maxLength: 40 })).map(
    ([at, remove, insert]): Change =>
      (bytes) =>
        splice(bytes, at, remove, insert),
  ),
  fc.tuple(place, fc.constantFrom(...lies)).map(
    ([at, lie]): Change =>
      (bytes) =>
        splice(bytes, at, 1, Uint8Array.from(lie)),
  ),
  fc.tuple(place, place, fc.nat(200)).map(
    ([from, to, length]): Change =>
      (bytes) => {
        const begin = Math.floor(from * bytes.length);
        return splice(bytes, to, 0, bytes.subarray(begin, begin + length));
      },
  ),
  fc.tuple(place, place, fc.nat(corpus.length - 1)).map(
    ([at, from, other]): Change =>
      (bytes) => {
        const second = corpus[other] as Uint8Array;
        return splice(bytes, at, bytes.length, second.subarray(Math.floor(from * second.length)));
      },
  ),
);

type Edit = (model: ModelProto, at: number, word: string, size: bigint) => void;

function pick<T>(list: readonly T[], at: number): T | undefined {
  return list[Math.floor(at * list.length)];
}

function weight(model: ModelProto, at: number): TensorProto | undefined {
  return pick(model.graph?.initializer ?? [], at);
}

/** Each makes one mistake somewhere; `at` says where, `word` and `size` what stands there then. */
const edits: readonly Edit[] = [
  (model, at, word) => void pick(model.graph?.node ?? [], at)?.input.splice(0, 1, word),
  (model, at, word) => void pick(model.graph?.node ?? [], at)?.output.splice(0, 1, word),
  (model, at) => void model.graph?.node.splice(Math.floor(at * (model.graph.node.length + 1)), 1),
  (model, at) => {
    const node = pick(model.graph?.node ?? [], at);
    if (node) model.graph?.node.push(node);
  },
  (model) => void model.graph?.node.reverse(),
  (model, at, word) => {
    const node = pick(model.graph?.node ?? [], at);
    if (node) node.opType = word;
  },
  (model, at, word) => {
    const node = pick(model.graph?.node ?? [], at);
    if (node) node.domain = word;
  },
  (model, at, word) => {
    const node = pick(model.graph?.node ?? [], at);
    if (node) node.name = word;
  },
  // A cycle: the first node reads what a later one makes.
  (model, at) => {
    const later = pick(model.graph?.node ?? [], at)?.output[0];
    if (later !== undefined) model.graph?.node[0]?.input.push(later);
  },
  (model, at, _, size) => {
    const found = weight(model, at);
    if (found) found.dims = [size, ...found.dims];
  },
  (model, at, _, size) => {
    const found = weight(model, at);
    if (found) found.dataType = Number(size % 40n);
  },
  (model, at, word) => {
    const found = weight(model, at);
    if (found) found.name = word;
  },
  (model, at, word, size) => {
    const found = weight(model, at);
    if (!found) return;
    found.dataLocation = TensorProto_DataLocation.EXTERNAL;
    found.externalData = [
      { $typeName: "onnx.StringStringEntryProto", key: "location", value: word },
      { $typeName: "onnx.StringStringEntryProto", key: "offset", value: String(size) },
    ];
  },
  (model, at, word) => {
    const output = pick(model.graph?.output ?? [], at);
    if (output) output.name = word;
  },
  (model, at, word) => {
    const input = pick(model.graph?.input ?? [], at);
    if (input) input.name = word;
  },
  (model, _, __, size) => {
    const [standard] = model.opsetImport;
    if (standard) standard.version = size;
  },
  (model) => void model.opsetImport.splice(0),
  (model, _, __, size) => {
    model.irVersion = size;
  },
  // A body within a body within a body …
  (model, at, _, size) => {
    const node = pick(model.graph?.node ?? [], at);
    for (let depth = 0n; node && model.graph && depth < (size < 0n ? 0n : size % 60n); depth++) {
      const outer = { ...model.graph, node: [{ ...node, attribute: [] as typeof node.attribute }] };
      outer.node[0]?.attribute.push({
        $typeName: "onnx.AttributeProto",
        ...{ name: "body", type: AttributeProto_AttributeType.GRAPH, g: model.graph },
        ...{ refAttrName: "", docString: "", f: 0, i: 0n, s: new Uint8Array() },
        ...{ floats: [], ints: [], strings: [], tensors: [], graphs: [], sparseTensors: [], typeProtos: [] },
      });
      model.graph = outer;
    }
  },
];

const words = fc.constantFrom(
  "",
  "x",
  "y",
  "q",
  "W",
  "weights",
  "Relu",
  "If",
  "__proto__",
  "constructor",
  "../secret",
  "/etc/passwd",
  "C:\\x",
  "a\0b",
  "\ud800",
);
const sizes = fc.constantFrom(-1n, 0n, 1n, 2n, 99n, 4_000_000_000n, 2n ** 40n, 2n ** 62n);

const messageChanges: fc.Arbitrary<Change> = fc
  .array(fc.tuple(fc.constantFrom(...edits), place, words, sizes), { minLength: 1, maxLength: 3 })
  .map(
    (changes): Change =>
      (bytes) => {
        const model = decodeModel(bytes);
        for (const [edit, at, word, size] of changes) edit(model, at, word, size);
        return encodeModel(model);
      },
  );

/** The bytes of a model with something wrong with it; a few are still models. */
export const damagedModels: fc.Arbitrary<Uint8Array> = fc
  .tuple(fc.constantFrom(...corpus), fc.oneof(byteChanges, messageChanges))
  .map(([bytes, change]) => change(bytes));
