import { CongruentError, whatOf } from "@congruent/core";
import { sha256 } from "@congruent/core/files";
import { type LayersModel, modelOfArtifacts, type TensorFlow } from "@congruent/layers";
import { type ModelProto, metadataOf } from "@congruent/onnx";
import { readModel } from "@congruent/onnx/files";
import { walkPermuted } from "@congruent/passes";
import { floatWeights } from "./float-weights.js";
import { type KeptLayers, type KeptWeight, keptLayersSchema, LAYERS_KEY } from "./kept-layers.js";

/**
 * The tfjs layers model that an ONNX file was made of, with its weights, for fine-tuning: for files written by `exportModel` with `importable`. Layers of
 * your own must be registered with tfjs first; the zoo's are known. It is not compiled, as the file does not say for what it was trained.
 *
 * @param path the .onnx file
 * @throws CongruentError `E_NOT_IMPORTABLE` for files that nothing says the layers of; `E_LAYERS_CHANGED` where weights are not those that were exported;
 * `E_LAYERS_MODEL` for layers that tfjs does not know; `E_MODEL_NOT_FOUND`, `E_ONNX_INVALID`
 * @example
 * ```ts no-run
 * const model = await toLayers("model.onnx", { tf });
 * model.compile({ optimizer: "adam", loss: "meanSquaredError" });
 * ```
 */
export async function toLayers(path: string, { tf }: { tf: TensorFlow }): Promise<LayersModel> {
  const { model: file } = await readModel(path);
  const about = aboutLayers(file, path);
  const values = valuesOf(file, about, path);
  const model = await modelOfArtifacts(tf, { modelTopology: about.topology }, path);
  const expected = about.weights.map(({ name, shape }) => `${name} [${shape}]`);
  const made = model.weights.map(({ originalName, shape }) => `${originalName} [${shape}]`);
  if (expected.join() !== made.join()) {
    throw changedSince(path, `tfjs makes other weights of its layers: ${made.join(", ")}`);
  }
  tf.tidy(() => {
    for (const [i, weight] of model.weights.entries()) {
      weight.write(tf.tensor(values[i] as Float32Array, weight.shape as number[]));
    }
  });
  return model;
}

function aboutLayers(file: ModelProto, path: string): KeptLayers {
  const text = metadataOf(file, LAYERS_KEY);
  if (text === undefined) {
    throw new CongruentError({
      code: "E_NOT_IMPORTABLE",
      what: `${path}${file.producerName ? `, written by ${file.producerName},` : ""} does not say what layers it was made of`,
      expected: `a file that was exported to be imported again: with ${LAYERS_KEY} in its metadata_props`,
      fix: "export the layers model with --importable (importable: true), or fine-tune in the framework that the file comes from",
    });
  }
  try {
    return keptLayersSchema.parse(JSON.parse(text));
  } catch (error) {
    throw changedSince(path, `${LAYERS_KEY} cannot be read: ${whatOf(error)}`, error);
  }
}

function valuesOf(file: ModelProto, about: KeptLayers, path: string): Float32Array[] {
  const held = floatWeights(file);
  const values = about.weights.map((weight) => numbersOf(weight, held, path));
  const found = sha256(values.map((each) => new Uint8Array(each.buffer)));
  if (found !== about.sha256) throw changedSince(path, "its weights are not those that were exported");
  return values;
}

function numbersOf(
  { name, shape, initializer, kept }: KeptWeight,
  held: Map<string, Uint32Array>,
  path: string,
) {
  const count = shape.reduce((a, b) => a * b, 1);
  const bits = new Uint32Array(count);
  if (kept !== undefined) {
    const bytes = Buffer.from(kept, "base64");
    if (bytes.length !== count * 4)
      throw changedSince(path, `it has other bytes of ${name} than its shape has`);
    new Uint8Array(bits.buffer).set(bytes);
    return new Float32Array(bits.buffer);
  }
  const given = initializer && held.get(initializer.name);
  if (given?.length !== count || initializer?.axes.length !== shape.length) {
    throw changedSince(
      path,
      `the initializer ${initializer?.name} of ${name} is gone or has another size or dtype`,
    );
  }
  walkPermuted(shape, initializer.axes, (from, to) => {
    bits[from] = given[to] as number;
    return false;
  });
  return new Float32Array(bits.buffer);
}

function changedSince(path: string, flaw: string, cause?: unknown): CongruentError {
  return new CongruentError({
    code: "E_LAYERS_CHANGED",
    what: `${path} was changed after it was exported: ${flaw}`,
    expected: "the file as the exporter wrote it, or with passes that keep its weights",
    fix: "import the file that was exported, or export the layers model again with --importable",
    cause,
  });
}
