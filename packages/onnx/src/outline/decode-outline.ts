/** Which fields of ONNX's messages make an outline, by their numbers in onnx.proto. All others are skipped. */
import type { ModelOutline } from "./model-outline.js";
import { WIRE, WireReader } from "./wire-reader.js";

type Target = Record<string, unknown>;

/** How one value of a field is read. */
type Read = (reader: WireReader, wire: number, target: Target, key: string) => void;

interface Message {
  blank: () => Target;
  fields: Readonly<Record<number, readonly [key: string, read: Read]>>;
}

const int64: Read = (reader, _, target, key) => {
  target[key] = BigInt.asIntN(64, reader.varint());
};
const int32: Read = (reader, _, target, key) => {
  target[key] = Number(BigInt.asIntN(32, reader.varint()));
};
const string: Read = (reader, _, target, key) => {
  target[key] = reader.string();
};
const bytes: Read = (reader, _, target, key) => {
  target[key] = reader.part();
};

/** A list of whole numbers, which may come packed or one by one. */
const int64s: Read = (reader, wire, target, key) => {
  const list = target[key] as bigint[];
  const packed = wire === WIRE.BYTES ? new WireReader(reader.part()) : null;
  if (!packed) list.push(BigInt.asIntN(64, reader.varint()));
  else while (!packed.atEnd) list.push(BigInt.asIntN(64, packed.varint()));
};

/** Only how many there are: of numbers that take `size` bytes each, or (0) a varint each, which ends with its byte below 128. */
function counted(size: number): Read {
  return (reader, wire, target, key) => {
    const count = target[key] as { length: number };
    if (wire !== WIRE.BYTES) {
      reader.skip(size === 4 ? WIRE.FIXED32 : size === 8 ? WIRE.FIXED64 : WIRE.VARINT, 0);
      count.length += 1;
      return;
    }
    const part = reader.part();
    count.length +=
      size === 0 ? part.reduce((ends, byte) => ends + (byte < 128 ? 1 : 0), 0) : part.length / size;
  };
}

/** Only how many there are, of parts. */
const parts: Read = (reader, _, target, key) => {
  reader.part();
  (target[key] as { length: number }).length += 1;
};

/** A message; where it comes twice, the second adds to the first. */
function one(message: () => Message): Read {
  return (reader, _, target, key) => {
    target[key] = into((target[key] as Target | undefined) ?? message().blank(), message(), reader.part());
  };
}

function many(message: () => Message): Read {
  return (reader, _, target, key) => {
    (target[key] as Target[]).push(into(message().blank(), message(), reader.part()));
  };
}

/** One of several fields of which a message has one at most. */
function oneof(read: Read): Read {
  return (reader, wire, target, key) => {
    const before = target.value as { case?: string; value?: unknown };
    const holder: Target = before.case === key ? { [key]: before.value } : {};
    read(reader, wire, holder, key);
    target.value = { case: key, value: holder[key] };
  };
}

function into(target: Target, { fields }: Message, part: Uint8Array): Target {
  const reader = new WireReader(part);
  while (!reader.atEnd) {
    const { field, wire } = reader.tag();
    const known = fields[field];
    if (known) known[1](reader, wire, target, known[0]);
    else reader.skip(wire, field);
  }
  return target;
}

const none = () => ({ length: 0 });

const tensor: Message = {
  blank: () => ({
    name: "",
    dims: [],
    dataType: 0,
    rawData: none(),
    floatData: none(),
    int32Data: none(),
    int64Data: none(),
    doubleData: none(),
    uint64Data: none(),
    stringData: none(),
    dataLocation: 0,
  }),
  fields: {
    1: ["dims", int64s],
    2: ["dataType", int32],
    4: ["floatData", counted(4)],
    5: ["int32Data", counted(0)],
    6: ["stringData", parts],
    7: ["int64Data", counted(0)],
    8: ["name", string],
    9: ["rawData", bytes],
    10: ["doubleData", counted(8)],
    11: ["uint64Data", counted(0)],
    14: ["dataLocation", int32],
  },
};

const sparseTensor: Message = {
  blank: () => ({ dims: [] }),
  fields: { 1: ["values", one(() => tensor)], 2: ["indices", one(() => tensor)], 3: ["dims", int64s] },
};

const attribute: Message = {
  blank: () => ({ name: "", tensors: [], sparseTensors: [], graphs: [] }),
  fields: {
    1: ["name", string],
    5: ["t", one(() => tensor)],
    6: ["g", one(() => graph)],
    10: ["tensors", many(() => tensor)],
    11: ["graphs", many(() => graph)],
    22: ["sparseTensor", one(() => sparseTensor)],
    23: ["sparseTensors", many(() => sparseTensor)],
  },
};

const node: Message = {
  blank: () => ({ name: "", opType: "", attribute: [] }),
  fields: { 3: ["name", string], 4: ["opType", string], 5: ["attribute", many(() => attribute)] },
};

const dimension: Message = {
  blank: () => ({ value: {} }),
  fields: { 1: ["dimValue", oneof(int64)], 2: ["dimParam", oneof(string)] },
};

const shape: Message = { blank: () => ({ dim: [] }), fields: { 1: ["dim", many(() => dimension)] } };

const tensorType: Message = {
  blank: () => ({ elemType: 0 }),
  fields: { 1: ["elemType", int32], 2: ["shape", one(() => shape)] },
};

const type: Message = {
  blank: () => ({ value: {} }),
  fields: {
    1: ["tensorType", oneof(one(() => tensorType))],
    4: ["sequenceType", oneof(bytes)],
    5: ["mapType", oneof(bytes)],
    7: ["opaqueType", oneof(bytes)],
    8: ["sparseTensorType", oneof(bytes)],
    9: ["optionalType", oneof(bytes)],
  },
};

const value: Message = {
  blank: () => ({ name: "" }),
  fields: { 1: ["name", string], 2: ["type", one(() => type)] },
};

const graph: Message = {
  blank: () => ({ node: [], initializer: [], sparseInitializer: [], input: [], output: [] }),
  fields: {
    1: ["node", many(() => node)],
    5: ["initializer", many(() => tensor)],
    11: ["input", many(() => value)],
    12: ["output", many(() => value)],
    15: ["sparseInitializer", many(() => sparseTensor)],
  },
};

const entry: Message = {
  blank: () => ({ key: "", value: "" }),
  fields: { 1: ["key", string], 2: ["value", string] },
};

const model: Message = {
  blank: () => ({ irVersion: 0n, opsetImport: none(), metadataProps: [] }),
  fields: {
    1: ["irVersion", int64],
    7: ["graph", one(() => graph)],
    8: ["opsetImport", parts],
    14: ["metadataProps", many(() => entry)],
  },
};

/** @throws Error for bytes that are no such message */
export function decodeOutline(source: Uint8Array): ModelOutline {
  return into(model.blank(), model, source) as unknown as ModelOutline;
}
