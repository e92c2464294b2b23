import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { loadTfjs } from "@congruent/toolchain";
import { afterAll, beforeAll, describe, expect, it } from "@jest/globals";
import { decodeWeights, readArtifacts } from "./read-artifacts.js";

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "congruent-artifacts-"));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

const topology = { class_name: "Sequential", config: { name: "m", layers: [] } };

async function write(name: string, model: unknown, files: Record<string, Uint8Array> = {}): Promise<string> {
  const directory = join(folder, name);
  await mkdir(directory);
  await writeFile(join(directory, "model.json"), typeof model === "string" ? model : JSON.stringify(model));
  for (const [file, bytes] of Object.entries(files)) await writeFile(join(directory, file), bytes);
  return directory;
}

const manifest = (weights: object[], paths = ["w.bin"]) => ({
  modelTopology: topology,
  weightsManifest: [{ paths, weights }],
});

describe("weights as the converter of tfjs stores them", () => {
  it("are put together over shards and groups, and quantized ones become float32 by scale and least value", async () => {
    // As tensorflowjs_converter's quantization defines them: value = stored · scale + min; float16 is IEEE's.
    const quantized = [
      { name: "a", shape: [3], dtype: "float32", quantization: { dtype: "uint8", scale: 0.5, min: -1 } },
      { name: "b", shape: [2], dtype: "float32", quantization: { dtype: "uint16", scale: 0.25, min: 2 } },
      { name: "c", shape: [2], dtype: "float32", quantization: { dtype: "float16" } },
    ];
    const plain = [
      { name: "d", shape: [1, 2], dtype: "float32" },
      { name: "e", shape: [], dtype: "int32" },
    ];
    const first = new Uint8Array(11);
    first.set([0, 2, 255]);
    first.set(new Uint8Array(Uint16Array.of(0, 1000).buffer), 3);
    first.set(new Uint8Array(Uint16Array.of(0x3c00, 0xc100).buffer), 7);
    const second = Buffer.concat([
      new Uint8Array(Float32Array.of(1.5, -2).buffer),
      new Uint8Array(Int32Array.of(7).buffer),
    ]);
    const directory = await write(
      "quantized",
      {
        modelTopology: topology,
        weightsManifest: [
          { paths: ["q1.bin", "q2.bin"], weights: quantized },
          { paths: ["p.bin"], weights: plain },
        ],
      },
      // A shard ends where it is full, in the middle of a weight.
      { "q1.bin": first.subarray(0, 4), "q2.bin": first.subarray(4), "p.bin": second },
    );
    const { tf } = await loadTfjs({ backend: "cpu" });
    const weights = decodeWeights(tf, await readArtifacts(directory));
    expect(
      [...weights].map(([name, { data, dims }]) => [name, [...dims], Array.from(data as Float32Array)]),
    ).toEqual([
      ["a", [3], [-1, 0, 126.5]],
      ["b", [2], [2, 252]],
      ["c", [2], [1, -2.5]],
      ["d", [1, 2], [1.5, -2]],
      ["e", [], [7]],
    ]);
  });
});

describe("files that cannot be right are refused by name", () => {
  const one = [{ name: "k", shape: [2], dtype: "float32" }];
  const two = new Uint8Array(8);

  it.each<[string, string, unknown, Record<string, Uint8Array>, string]>([
    ["no file of weights", "E_WEIGHT_FILE", manifest(one), {}, "w.bin"],
    ["weights cut off", "E_WEIGHT_FILE", manifest(one), { "w.bin": two.subarray(0, 7) }, "7 bytes"],
    ["weights of another model", "E_WEIGHT_FILE", manifest(one), { "w.bin": new Uint8Array(12) }, "12 bytes"],
    [
      "float64",
      "E_WEIGHT_DTYPE",
      manifest([{ ...one[0], dtype: "float64" }]),
      { "w.bin": new Uint8Array(16) },
      "float64",
    ],
    [
      "an impossible shape",
      "E_LAYERS_MODEL",
      manifest([{ ...one[0], shape: [-2] }]),
      { "w.bin": two },
      "[-2]",
    ],
    ["no JSON", "E_LAYERS_MODEL", "not json", {}, "model.json"],
    ["no topology", "E_LAYERS_MODEL", { weightsManifest: [] }, {}, "modelTopology"],
    ["no manifest", "E_LAYERS_MODEL", { modelTopology: topology }, {}, "weightsManifest"],
    [
      "a group without paths",
      "E_LAYERS_MODEL",
      { modelTopology: topology, weightsManifest: [{ weights: [] }] },
      {},
      "paths",
    ],
    [
      "a graph model",
      "E_LAYERS_MODEL",
      { format: "graph-model", modelTopology: { node: [] }, weightsManifest: [] },
      {},
      "graph model",
    ],
  ])("%s", async (name, code, model, files, what) => {
    const directory = await write(name, model, files);
    await expect(readArtifacts(directory)).rejects.toMatchObject({
      code,
      exit: 2,
      what: expect.stringContaining(what),
    });
  });

  it("a weight that is there twice, and a quantization that nobody knows", async () => {
    const { tf } = await loadTfjs({ backend: "cpu" });
    const half = [{ ...one[0], quantization: { dtype: "uint8" } }];
    for (const [name, weights, bytes] of [
      ["twice", [...one, ...one], 16],
      ["no scale", half, 2],
    ] as const) {
      const artifacts = await readArtifacts(
        await write(name, manifest([...weights]), { "w.bin": new Uint8Array(bytes) }),
      );
      expect(() => decodeWeights(tf, artifacts)).toThrow(expect.objectContaining({ code: "E_WEIGHT_FILE" }));
    }
  });

  it("a path that leads nowhere", async () => {
    await expect(readArtifacts(join(folder, "nowhere"))).rejects.toMatchObject({
      code: "E_LAYERS_MODEL",
      exit: 2,
    });
  });
});
