/** Files that are not models, or models that must not be run: each ends soon with one coded error and exit code 2. */
import { link, mkdir, symlink, writeFile } from "node:fs/promises";
import { tensor, tensorBytes } from "@congruent/core";
import { timeLimits } from "@congruent/core/testing";
import { writeNpz } from "@congruent/datasets";
import {
  encodeModel,
  makeGraph,
  makeModel,
  makeNode,
  makeTensor,
  makeTensorValueInfo,
  type NodeProto,
  TensorProto_DataLocation,
} from "@congruent/onnx";
import { tinyClassifier } from "@congruent/onnx/testing";
import { beforeAll, describe, expect, it, jest } from "@jest/globals";
import { commandLine } from "../testing/command-line.js";

jest.setTimeout(timeLimits.programs);

const numbers = tensor("float32", Float32Array.of(1, 2, 3, 4), [4]);
const value = (name: string) => makeTensorValueInfo(name, "float32", [4]);
const relu = () => makeNode("Relu", ["x"], ["y"], { name: "act" });

/** Far more than any of these takes on a busy machine, and far less than a hang. */
const LIMIT_MS = 180_000;
/** Node's heap: what claims 4 GB must not be believed. */
const HEAP_MIB = 256;

const { at, start } = commandLine();
const FOLDER = "model";
beforeAll(async () => {
  await mkdir(at(FOLDER));
  await writeFile(at("secret"), tensorBytes(numbers));
  await writeFile(at(FOLDER, "data.bin"), tensorBytes(numbers));
  await symlink(at("secret"), at(FOLDER, "symlink"));
  await link(at("secret"), at(FOLDER, "hard"));
});

async function parity(...args: string[]) {
  const { exitCode, stdout, stderr, timedOut } = await start(["parity", ...args], {
    nodeOptions: [`--max-old-space-size=${HEAP_MIB}`],
    timeoutMs: LIMIT_MS,
    within: FOLDER,
  });
  return { exitCode, stdout, stderr, timedOut };
}

/** The whole of what a user sees: the error, what was expected, what to do. */
async function expectOneError(args: string[], code: string, what: string): Promise<void> {
  const { stderr, ...rest } = await parity(...args);
  expect({ ...rest, stderr }).toEqual({ exitCode: 2, stdout: "", timedOut: false, stderr });
  const [first, ...more] = stderr.split("\n");
  expect(first).toMatch(new RegExp(`^error ${code}: `));
  expect(first).toContain(what);
  expect(more.filter((line) => !/^ {2}(expected|fix): /.test(line))).toEqual([]);
}

function encoded(nodes: NodeProto[], { opset = 17, domain = "" } = {}): Uint8Array {
  const model = makeModel(makeGraph(nodes, "g", [value("x")], [value("y")]), { opset });
  const [standard] = model.opsetImport;
  if (standard && domain !== "") model.opsetImport.push({ ...standard, domain, version: 1n });
  return encodeModel(model);
}

/** x + w, of which w claims its dimensions, and keeps its elements in another file where a place is given. */
function withWeight(dims: bigint[], location?: string): Uint8Array {
  const weight = makeTensor("w", numbers);
  weight.dims = dims;
  if (location !== undefined) {
    weight.rawData = new Uint8Array();
    weight.dataLocation = TensorProto_DataLocation.EXTERNAL;
    weight.externalData = [{ $typeName: "onnx.StringStringEntryProto", key: "location", value: location }];
  }
  const graph = makeGraph([makeNode("Add", ["x", "w"], ["y"])], "g", [value("x")], [value("y")], [weight]);
  return encodeModel(makeModel(graph));
}

const tiny = tinyClassifier().bytes;
/** A graph (field 7 of a model) that says it is 4 GiB less one byte long. */
const claims4GB = Uint8Array.of(0x08, 0x08, 0x3a, 0xff, 0xff, 0xff, 0xff, 0x0f, 0x0a);

describe("congruent parity refuses", () => {
  it.each<[string, () => Uint8Array, string, string]>([
    ["an HTML page", () => Buffer.from("<!doctype html><title>404</title>"), "E_ONNX_INVALID", "bad.onnx"],
    ["an empty file", () => new Uint8Array(), "E_ONNX_INVALID", "bad.onnx"],
    [
      "a truncated model",
      () => tiny.subarray(0, Math.floor(tiny.length * 0.6)),
      "E_ONNX_INVALID",
      "bad.onnx",
    ],
    ["a message that claims 4 GB", () => claims4GB, "E_ONNX_INVALID", "bad.onnx"],
    ["a weight that claims 4 GB", () => withWeight([1_073_741_824n]), "E_ONNX_INVALID", "w"],
    [
      "an external weight that claims 4 GB",
      () => withWeight([1_073_741_824n], "data.bin"),
      "E_ONNX_EXTERNAL",
      "4294967296 bytes",
    ],
    [
      "weights by a relative path",
      () => withWeight([4n], "../secret"),
      "E_ONNX_EXTERNAL",
      "outside its folder",
    ],
    [
      "weights by an absolute path",
      () => withWeight([4n], at("secret")),
      "E_ONNX_EXTERNAL",
      "outside its folder",
    ],
    [
      "weights behind a symbolic link",
      () => withWeight([4n], "symlink"),
      "E_ONNX_EXTERNAL",
      "a link that leads outside its folder",
    ],
    ["weights behind a hard link", () => withWeight([4n], "hard"), "E_ONNX_EXTERNAL", "a hard link"],
    [
      "a cycle",
      () =>
        encoded([
          makeNode("Add", ["x", "b"], ["a"], { name: "n1" }),
          makeNode("Relu", ["a"], ["b"], { name: "n2" }),
          makeNode("Relu", ["b"], ["y"]),
        ]),
      "E_ONNX_CYCLE",
      "n1, n2, y wait for each other",
    ],
    [
      "an unknown operator",
      () => encoded([makeNode("Gleu", ["x"], ["y"], { name: "act" })]),
      "E_ONNX_OPERATOR",
      "a node act whose operator Gleu",
    ],
    [
      "an operator of a foreign domain",
      () =>
        encoded([makeNode("Gelu", ["x"], ["y"], { name: "act", domain: "my.domain" })], {
          domain: "my.domain",
        }),
      "E_ONNX_OPERATOR",
      "my.domain.Gelu",
    ],
    ["opset 99", () => encoded([relu()], { opset: 99 }), "E_ONNX_OPSET", "version 99"],
    [
      "a node that reads what nothing makes",
      () => encoded([makeNode("Add", ["x", "ghost"], ["y"], { name: "sum" })]),
      "E_ONNX_VALUE",
      "the node sum reads ghost",
    ],
  ])(
    "%s",
    async (_, bytes, code, what) => {
      await writeFile(at(FOLDER, "bad.onnx"), bytes());
      await expectOneError(["bad.onnx"], code, what);
    },
    LIMIT_MS,
  );

  it(
    "inputs without one that the model has",
    async () => {
      const sum = makeNode("Add", ["x", "bias"], ["y"]);
      const graph = makeGraph([sum], "g", [value("x"), value("bias")], [value("y")]);
      await writeFile(at(FOLDER, "two.onnx"), encodeModel(makeModel(graph)));
      await writeFile(at(FOLDER, "one.npz"), writeNpz({ x: numbers }));
      await expectOneError(["two.onnx", "--inputs", "one.npz"], "E_INPUT_NAME", "bias");
    },
    LIMIT_MS,
  );

  it(
    "an operator in ONNX Runtime's name that no runtime has",
    async () => {
      const node = makeNode("Bogus", ["x"], ["y"], { name: "act", domain: "com.microsoft" });
      await writeFile(at(FOLDER, "bogus.onnx"), encoded([node], { domain: "com.microsoft" }));
      const { exitCode, stdout, stderr } = await parity("bogus.onnx", "--runtimes", "node-cpu,node-webgpu");
      expect({ exitCode, stdout }).toEqual({ exitCode: 2, stdout: "" });
      expect(stderr).toMatch(/^error E_ONNX_INVALID: every runtime refuses bogus\.onnx: .*com\.microsoft/m);
    },
    LIMIT_MS,
  );
});
