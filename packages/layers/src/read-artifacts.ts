/** The files of a tfjs layers model as people have them: model.json and weights in one or many files. */
import { stat } from "node:fs/promises";
import { dirname, join } from "node:path";
import { CongruentError, messageOf, sizeOf, type Tensor, tensor } from "@congruent/core";
import { readBytes } from "@congruent/core/files";
import type * as tfjs from "@tensorflow/tfjs";
import type { TensorFlow } from "./tensorflow.js";

type Artifacts = tfjs.io.ModelArtifacts;
type WeightSpec = tfjs.io.WeightsManifestEntry;

/** Bytes of one element, as the file stores it. */
const STORED_BYTES: Readonly<Record<string, number>> = {
  float32: 4,
  int32: 4,
  bool: 1,
  uint8: 1,
  uint16: 2,
  float16: 2,
};

/**
 * Reads model.json and the weights that it names, from its own folder, in the order in which it names them. Nothing is decoded; what cannot be
 * right is refused by name.
 *
 * @param path model.json, a .json file of another name, or the folder that holds model.json
 * @throws CongruentError `E_LAYERS_MODEL` for a file that is absent, no JSON, no layers model, or a graph model; `E_WEIGHT_FILE` for weights
 * that are absent, too short or too long; `E_WEIGHT_DTYPE`
 */
export async function readArtifacts(path: string): Promise<Artifacts> {
  const file = await modelFile(path);
  const json = await readJsonText(file);
  const { modelTopology, weightsManifest } = json;
  if (json.format === "graph-model" || holdsGraph(modelTopology)) throw graphModel(file);
  if (typeof modelTopology !== "object" || modelTopology === null || !Array.isArray(weightsManifest)) {
    throw notLayers(file, `it has no ${weightsManifest ? "modelTopology" : "weightsManifest"}`);
  }
  const groups = weightsManifest as Partial<tfjs.io.WeightsManifestConfig[number]>[];
  const weightSpecs: WeightSpec[] = [];
  const parts: Uint8Array[] = [];
  for (const { paths, weights } of groups) {
    if (!Array.isArray(paths) || !Array.isArray(weights)) {
      throw notLayers(file, "a group of its weightsManifest has no paths or no weights");
    }
    const shards: Uint8Array[] = [];
    for (const shard of paths) shards.push(await readShard(file, shard));
    const expected = weights.reduce((sum, spec) => sum + storedBytes(file, spec), 0);
    const given = shards.reduce((sum, { length }) => sum + length, 0);
    if (given !== expected) throw wrongLength(file, paths, given, expected);
    weightSpecs.push(...weights);
    parts.push(...shards);
  }
  const { format, generatedBy, convertedBy } = json as Record<string, string | undefined>;
  return {
    modelTopology,
    weightSpecs,
    weightData: parts.map(bufferOf),
    ...(format !== undefined && { format }),
    ...(generatedBy !== undefined && { generatedBy }),
    ...(convertedBy !== undefined && { convertedBy }),
  };
}

/**
 * The weights by name, as tfjs decodes them: what its converter has quantized becomes float32 again.
 *
 * @throws CongruentError `E_WEIGHT_FILE` for a quantization that tfjs does not know
 */
export function decodeWeights(tf: TensorFlow, { weightSpecs, weightData }: Artifacts): Map<string, Tensor> {
  const names = new Set<string>();
  for (const { name } of weightSpecs ?? []) {
    if (names.has(name)) throw undecodable(`the weight ${name} is there twice`);
    names.add(name);
  }
  let decoded: Record<string, tfjs.Tensor>;
  try {
    decoded = tf.io.decodeWeights(weightData as tfjs.io.WeightData, [...(weightSpecs ?? [])]);
  } catch (error) {
    throw undecodable(messageOf(error), error);
  }
  const entries = Object.entries(decoded).map(([name, value]): [string, Tensor] => {
    const data = value.dataSync();
    const own =
      value.dtype === "int32"
        ? tensor("int32", Int32Array.from(data), value.shape)
        : tensor("float32", Float32Array.from(data), value.shape);
    value.dispose();
    return [name, own];
  });
  return new Map(entries);
}

/** Where model.json is. */
async function modelFile(path: string): Promise<string> {
  const found = await stat(path).catch(() => null);
  const file = found?.isDirectory() ? join(path, "model.json") : path;
  const inside = found?.isFile() ? found : await stat(file).catch(() => null);
  if (inside?.isFile()) return file;
  throw new CongruentError({
    code: "E_LAYERS_MODEL",
    what: `there is no tfjs layers model at ${file}`,
    expected: "model.json and its weights, as model.save writes them",
    fix: "check the path",
  });
}

async function readJsonText(file: string): Promise<Record<string, unknown>> {
  const bytes = await readBytes(file, "E_LAYERS_MODEL");
  try {
    const value: unknown = JSON.parse(new TextDecoder().decode(bytes));
    if (typeof value === "object" && value !== null) return value as Record<string, unknown>;
    throw new Error("it holds no object");
  } catch (error) {
    throw notLayers(file, messageOf(error), error);
  }
}

async function readShard(file: string, shard: unknown): Promise<Uint8Array> {
  if (typeof shard !== "string") throw notLayers(file, "a path of its weightsManifest is no text");
  const path = join(dirname(file), shard);
  return readBytes(path, "E_WEIGHT_FILE", `put ${shard} beside ${file}: the model's weights are in it`);
}

function storedBytes(file: string, { name, shape, dtype, quantization }: WeightSpec): number {
  const stored = quantization?.dtype ?? dtype;
  const bytes = Object.hasOwn(STORED_BYTES, stored) ? STORED_BYTES[stored] : undefined;
  if (!Array.isArray(shape) || !shape.every((size) => Number.isSafeInteger(size) && size >= 0)) {
    throw notLayers(file, `the weight ${name} has the shape ${JSON.stringify(shape)}`);
  }
  if (bytes !== undefined) return sizeOf(shape) * bytes;
  throw new CongruentError({
    code: "E_WEIGHT_DTYPE",
    what: `the weight ${name} of ${file} is ${stored}`,
    expected: `one of ${Object.keys(STORED_BYTES).join(", ")}`,
    fix: "save the model with float32 weights (Keras: tf.keras.backend.set_floatx('float32') before it is built)",
  });
}

function wrongLength(file: string, paths: readonly string[], given: number, expected: number) {
  return new CongruentError({
    code: "E_WEIGHT_FILE",
    what: `the weights of ${file} (${paths.join(", ")}) have ${given} bytes`,
    expected: `${expected} bytes, by the shapes in ${file}`,
    fix: "get the files again: they are cut off, or belong to another model.json",
  });
}

/** tfjs wants buffers that begin where the data begins. */
function bufferOf({ buffer, byteOffset, byteLength }: Uint8Array): ArrayBuffer {
  const whole = byteOffset === 0 && buffer.byteLength === byteLength;
  return (whole ? buffer : buffer.slice(byteOffset, byteOffset + byteLength)) as ArrayBuffer;
}

/** A converted SavedModel has the nodes of a TensorFlow graph in place of layers. */
function holdsGraph(topology: unknown): boolean {
  return Array.isArray((topology as { node?: unknown } | undefined)?.node);
}

function notLayers(file: string, why: string, cause?: unknown): CongruentError {
  return new CongruentError({
    code: "E_LAYERS_MODEL",
    what: `${file} is no tfjs layers model: ${why}`,
    expected: "model.json and its weights, as model.save of tf.LayersModel writes them",
    fix: "save the model again",
    cause,
  });
}

function graphModel(file: string): CongruentError {
  return new CongruentError({
    code: "E_LAYERS_MODEL",
    what: `${file} is a tfjs graph model (a converted SavedModel), which has no layers`,
    expected: "a layers model, as model.save of tf.LayersModel writes it",
    fix: "give the layers model that it came from; to get ONNX, convert its SavedModel: python -m tf2onnx.convert --saved-model FOLDER --output model.onnx",
  });
}

function undecodable(why: string, cause?: unknown): CongruentError {
  return new CongruentError({
    code: "E_WEIGHT_FILE",
    what: `the weights cannot be decoded: ${why}`,
    expected: "weights as tfjs or its converter writes them",
    fix: "save or convert the model again",
    cause,
  });
}
