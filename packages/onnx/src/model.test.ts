import { tensor } from "@congruent/core";
import { describe, expect, it } from "@jest/globals";
import fc from "fast-check";
import {
  decodeModel,
  encodeModel,
  makeGraph,
  makeModel,
  makeNode,
  makeTensor,
  makeTensorValueInfo,
  modelInterface,
} from "./index.js";
import { tinyClassifier } from "./testing.js";

const { model, bytes } = tinyClassifier();

/**
 * Written by Python's onnx 1.23: make_model(make_graph([make_node("Gemm", ["x", "w"], ["y"], transB=1, alpha=0.5)], "g",
 * [x float32 [n, 2]], [y float32 [n, 3]], [w = arange(6) as float32 [3, 2]]), opset 17, ir_version=8, producer_name="p").
 */
const PYTHON =
  "CAgSAXA6hQEKLwoBeAoBdxIBeSIER2VtbSoPCgVhbHBoYRUAAAA/oAEBKg0KBnRyYW5zQhgBoAECEgFnKiMIAwgCEAFCAXdKGAAAAAAAAIA/AAAAQAAAQEAAAIBAAACgQFoUCgF4Eg8KDQgBEgkKAxIBbgoCCAJiFAoBeRIPCg0IARIJCgMSAW4KAggDQgQKABAR";

function errorOf(input: Uint8Array): unknown {
  try {
    decodeModel(input, "x.onnx");
    return undefined;
  } catch (error) {
    return error;
  }
}

describe("decodeModel", () => {
  it("gives back what encodeModel wrote", () => {
    expect(Buffer.from(encodeModel(decodeModel(bytes))).equals(bytes)).toBe(true);
  });

  it("reads a file that Python's onnx wrote as what the same calls build here", () => {
    const python = Buffer.from(PYTHON, "base64");
    const graph = makeGraph(
      [makeNode("Gemm", ["x", "w"], ["y"], { name: "", attributes: { alpha: 0.5, transB: 1n } })],
      "g",
      [makeTensorValueInfo("x", "float32", ["n", 2])],
      [makeTensorValueInfo("y", "float32", ["n", 3])],
      [makeTensor("w", tensor("float32", Float32Array.of(0, 1, 2, 3, 4, 5), [3, 2]))],
    );
    const built = makeModel(graph, { opset: 17, irVersion: 8, producerName: "p" });
    expect(modelInterface(decodeModel(python))).toEqual(modelInterface(built));
    expect(decodeModel(python).graph?.initializer[0]?.rawData).toEqual(built.graph?.initializer[0]?.rawData);
    expect(decodeModel(python).graph?.node[0]?.attribute.map(({ f, i }) => [f, i])).toEqual([
      [0.5, 0n],
      [0, 1n],
    ]);
  });

  it.each([
    ["nothing", new Uint8Array(), "is empty"],
    ["JSON", Buffer.from('{ "weights": {} }'), "a JSON file"],
    ["a layers model", Buffer.from('{ "modelTopology": {}, "format": "layers-model" }'), "--layers"],
    [
      "a graph model",
      Buffer.from('{ "format": "graph-model", "modelTopology": {} }'),
      "tf2onnx.convert --saved-model",
    ],
    ["TensorFlow Lite", Buffer.from("\x1c\0\0\0TFL3\x14\0", "latin1"), "tf2onnx.convert --tflite"],
    ["an ORT file", Buffer.from("\x1c\0\0\0ORTM\x14\0", "latin1"), "an ORT-format model"],
    [
      "a PyTorch file",
      Buffer.from(`PK\x03\x04${".".repeat(26)}archive/data.pkl`, "latin1"),
      "torch.onnx.export",
    ],
    ["a .keras file", Buffer.from(`PK\x03\x04${".".repeat(26)}metadata.json`, "latin1"), "a .keras file"],
    ["a pickle", Buffer.from("\x80\x04\x95sklearn.svm", "latin1"), "skl2onnx"],
    ["OpenVINO", Buffer.from('<?xml version="1.0"?>\n<net name="m">'), "an OpenVINO model"],
    ["JSON after a byte order mark", Buffer.from("\ufeff[1, 2]"), "a JSON file"],
    ["HTML", Buffer.from("\n<!DOCTYPE html><html>"), "an HTML page"],
    ["HDF5", Buffer.from("\x89HDF\r\n\x1a\n", "latin1"), "an HDF5 file"],
    ["zip", Buffer.from("PK\x03\x04....", "latin1"), "a zip archive"],
    ["a Git LFS pointer", Buffer.from("version https://git-lfs.github.com/spec/v1\n"), "git lfs pull"],
    ["text", Buffer.from("hello, world"), "truncated, damaged or another kind of file"],
    ["another message", Buffer.from([0x08, 0x07]), "has no graph"],
  ])("refuses %s and says what it is", (_, input, expected) => {
    expect(errorOf(input)).toMatchObject({ code: "E_ONNX_INVALID", exit: 2 });
    expect((errorOf(input) as Error).message).toContain(expected);
  });

  it("refuses weights whose bytes do not fit their shape", () => {
    const broken = decodeModel(bytes);
    const [, weight] = broken.graph?.initializer ?? [];
    if (weight) weight.dims = [4n, 4n];
    expect((errorOf(encodeModel(broken)) as Error).message).toContain(
      'a weight "W" of shape [4, 4] and type float32, which takes 64 bytes, with 48',
    );
  });

  it("refuses a negative size and a graph without outputs", () => {
    const negative = decodeModel(bytes);
    const [weight] = negative.graph?.initializer ?? [];
    if (weight) weight.dims = [-1n];
    expect((errorOf(encodeModel(negative)) as Error).message).toContain("impossible shape [-1]");
    const mute = decodeModel(bytes);
    if (mute.graph) mute.graph.output = [];
    expect((errorOf(encodeModel(mute)) as Error).message).toContain("without outputs");
  });

  it("refuses every truncation that cuts the graph, with one kind of error", () => {
    const end = Buffer.from(bytes).indexOf("congruent.card");
    fc.assert(
      fc.property(fc.integer({ min: 0, max: end - 8 }), (length) => {
        expect(errorOf(bytes.subarray(0, length))).toMatchObject({ code: "E_ONNX_INVALID" });
      }),
    );
  });

  it("answers any damage with a model or that error", () => {
    fc.assert(
      fc.property(
        fc.array(fc.tuple(fc.nat(bytes.length - 1), fc.nat(255)), { minLength: 1, maxLength: 8 }),
        (changes) => {
          const damaged = bytes.slice();
          for (const [at, value] of changes) damaged[at] = value;
          const error = errorOf(damaged);
          if (error !== undefined) expect(error).toMatchObject({ code: "E_ONNX_INVALID" });
        },
      ),
      { numRuns: 500 },
    );
  });

  it("does not allocate what a length field merely claims", () => {
    // Field 7 (graph), length 2^31 - 1, then three bytes.
    const claim = Uint8Array.of(0x08, 0x08, 0x3a, 0xff, 0xff, 0xff, 0xff, 0x07, 1, 2, 3);
    const before = process.memoryUsage().arrayBuffers;
    expect(errorOf(claim)).toMatchObject({ code: "E_ONNX_INVALID" });
    expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(1e6);
  });

  it("survives a graph nested in itself 1,500 times", () => {
    let graph = new Uint8Array();
    const field = (tag: number[], content: Uint8Array) => {
      const length = [];
      for (let rest = content.length; ; rest = Math.floor(rest / 128)) {
        length.push(rest < 128 ? rest : (rest % 128) + 128);
        if (rest < 128) break;
      }
      return Uint8Array.of(...tag, ...length, ...content);
    };
    // node { attribute { g { … } } }
    for (let depth = 0; depth < 1500; depth++) graph = field([0x0a], field([0x2a], field([0x32], graph)));
    expect(errorOf(Uint8Array.of(8, 8, ...field([0x3a], graph)))).toMatchObject({ code: "E_ONNX_INVALID" });
  });
});

describe("modelInterface", () => {
  it("names dtypes and dynamic dimensions, and leaves weights out", () => {
    expect(modelInterface(model)).toEqual({
      inputs: [{ name: "pixels", dtype: "float32", dims: ["batch", 2, 2, 1] }],
      outputs: [
        { name: "label", dtype: "int64", dims: ["batch"] },
        { name: "probabilities", dtype: "float32", dims: ["batch", 3] },
      ],
    });
    const old = decodeModel(bytes);
    old.graph?.input.push(makeTensorValueInfo("W", "float32", [4, 3]));
    expect(modelInterface(old).inputs.map(({ name }) => name)).toEqual(["pixels"]);
  });
});
