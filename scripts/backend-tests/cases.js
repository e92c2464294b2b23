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

/** A declared input's or output's recorded value. */
function recorded(declared, bytes) {
  const kind = declared.type?.value.case;
  if (kind !== "tensorType") throw new Skip(`${kind?.replace("Type", "") ?? "untyped"} values`);
  const proto = decodeTensorProto(bytes, declared.name);
  // The recorded bits of bfloat16 are declared as uint16: numpy has no bfloat16.
  if (declared.type.value.value.elemType === BFLOAT16 && proto.dataType === UINT16) proto.dataType = BFLOAT16;
  return proto;
}

/**
 * The model, its feeds by name and its wanted outputs in order, as TensorProtos.
 *
 * @throws Skip for values that are no tensors
 */
export function openCase({ name, model: bytes, files }) {
  const model = decodeModel(bytes, name);
  const file = (kind, index) => files[`test_data_set_0/${kind}_${index}.pb`];
  const feeds = model.graph.input.flatMap((input, index) => {
    const found = file("input", index);
    return found ? [[input.name, recorded(input, found)]] : [];
  });
  const wanted = model.graph.output.map((output, index) => recorded(output, file("output", index)));
  return { model, feeds: Object.fromEntries(feeds), wanted };
}

/** Types in words, for reasons. */
export function typeOf(proto) {
  return dtypeName(proto.dataType);
}
