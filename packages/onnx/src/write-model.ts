/** ONNX files with their weights inside, or, where they are too large for one message, in a file beside it. Node only. */
import { rm } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import { create } from "@bufbuild/protobuf";
import { sha256, writeFileAtomic } from "@congruent/core/files";
import {
  TensorProto_DataLocation as Location,
  type ModelProto,
  StringStringEntryProtoSchema,
  type TensorProto,
} from "./generated/onnx/onnx-ml_pb.js";
import { changed } from "./graph/changed.js";
import { encodeModel } from "./model.js";

export interface WriteModelOptions {
  /**
   * Bytes of weights that the file itself may hold; a model with more keeps its larger weights in `NAME.onnx.data` beside it. Default: 2 GiB less
   * 64 MiB for the graph, as no protobuf message is longer than 2 GiB.
   */
  mostInside?: number | undefined;
}

export interface WrittenModel {
  /** Of the .onnx file alone. */
  bytes: number;
  sha256: string;
  /** The file of weights beside it; null where there is none. */
  data: { name: string; bytes: number } | null;
}

const MOST_INSIDE = 2 ** 31 - 2 ** 26;
/** Smaller weights stay inside, as in Python's onnx: shapes and axes must be readable from the file alone. */
const LEAST_OUTSIDE = 1024;

/**
 * Writes a model whole or not at all; where it has a file of weights, that one first.
 *
 * @throws CongruentError `E_WRITE`, `E_DISK_FULL`: then neither is there
 */
export async function writeModel(
  path: string,
  model: ModelProto,
  { mostInside = MOST_INSIDE }: WriteModelOptions = {},
): Promise<WrittenModel> {
  const inside = (model.graph?.initializer ?? []).reduce((sum, { rawData }) => sum + rawData.length, 0);
  if (inside <= mostInside) {
    const bytes = encodeModel(model);
    await writeFileAtomic(path, bytes);
    return { bytes: bytes.length, sha256: sha256(bytes), data: null };
  }
  const name = `${basename(path)}.data`;
  const beside = join(dirname(path), name);
  const { model: light, parts, length } = withWeightsIn(name, model);
  const bytes = encodeModel(light);
  await writeFileAtomic(beside, parts);
  try {
    await writeFileAtomic(path, bytes);
  } catch (error) {
    await rm(beside, { force: true });
    throw error;
  }
  return { bytes: bytes.length, sha256: sha256(bytes), data: { name, bytes: length } };
}

/** The model with its larger weights in a file of that name, and what the file is made of. */
function withWeightsIn(
  location: string,
  model: ModelProto,
): { model: ModelProto; parts: Uint8Array[]; length: number } {
  const parts: Uint8Array[] = [];
  let length = 0;
  const moved = (tensor: TensorProto): TensorProto => {
    const { rawData } = tensor;
    if (rawData.length < LEAST_OUTSIDE) return tensor;
    const place = { location, offset: String(length), length: String(rawData.length) };
    parts.push(rawData);
    length += rawData.length;
    return changed(tensor, {
      rawData: new Uint8Array(0),
      dataLocation: Location.EXTERNAL,
      externalData: Object.entries(place).map(([key, value]) =>
        create(StringStringEntryProtoSchema, { key, value }),
      ),
    });
  };
  const { graph } = model;
  if (!graph) return { model, parts, length };
  const initializer = graph.initializer.map(moved);
  return { model: changed(model, { graph: changed(graph, { initializer }) }), parts, length };
}
