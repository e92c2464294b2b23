/** Weights that lie in files beside the model: read from the model's own folder and nowhere else. Node only. */
import { type FileHandle, open, realpath, stat } from "node:fs/promises";
import { dirname, isAbsolute, join, relative, sep } from "node:path";
import { CongruentError } from "@congruent/core";
import { elementCount, rawBytes } from "./dtypes.js";
import {
  type GraphProto,
  TensorProto_DataLocation as Location,
  type ModelProto,
  type TensorProto,
} from "./generated/onnx/onnx-ml_pb.js";
import { bodies } from "./graph/graph-index.js";

/** Bytes of all external weights together: what one protobuf message, and with it ONNX Runtime's in-memory model, can hold. */
const MOST_BYTES = 2 ** 31 - 1;

/**
 * The tensors of a model whose elements lie in other files.
 */
function externalTensors(model: ModelProto): TensorProto[] {
  const found: TensorProto[] = [];
  const visit = (tensor: TensorProto | undefined) => {
    if (tensor?.dataLocation === Location.EXTERNAL) found.push(tensor);
  };
  const walk = (graph: GraphProto) => {
    graph.initializer.forEach(visit);
    for (const { values, indices } of graph.sparseInitializer) [values, indices].forEach(visit);
    for (const attribute of graph.node.flatMap((node) => node.attribute)) {
      visit(attribute.t);
      attribute.tensors.forEach(visit);
      bodies(attribute).forEach(walk);
    }
  };
  if (model.graph) walk(model.graph);
  return found;
}

/**
 * Reads what a model keeps in other files into the model, which then stands for itself.
 *
 * @param path of the model's file: its folder is the only one that is read from
 * @returns the files that were read, relative to the folder
 * @throws CongruentError `E_ONNX_EXTERNAL` for a place outside the folder (by path, symbolic or hard link), a file that is absent or no
 * regular file, and for a part that the file or the tensor's shape does not allow
 */
export async function readExternalData(model: ModelProto, path: string): Promise<string[]> {
  const tensors = externalTensors(model);
  if (tensors.length === 0) return [];
  const parts = tensors.map((tensor) => partOf(tensor, path));
  const total = parts.reduce((sum, part) => sum + part.length, 0);
  if (total > MOST_BYTES) {
    throw refused(path, `keeps ${total} bytes of weights in other files`, `at most ${MOST_BYTES} bytes`);
  }
  const handles = new Map<string, FileHandle>();
  try {
    for (const part of parts) {
      let handle = handles.get(part.location);
      if (!handle) {
        handle = await openInside(part, path);
        handles.set(part.location, handle);
      }
      await readPart(part, handle, path);
    }
  } finally {
    for (const handle of handles.values()) await handle.close();
  }
  return [...handles.keys()];
}

interface Part {
  tensor: TensorProto;
  location: string;
  offset: number;
  length: number;
}

/** Where a tensor's elements lie, checked by its shape before anything is allocated. */
function partOf(tensor: TensorProto, path: string): Part {
  const entries = new Map(tensor.externalData.map(({ key, value }) => [key, value]));
  const location = entries.get("location") ?? "";
  if (location === "") throw refused(path, `does not say in which file the weight ${tensor.name} lies`);
  const count = elementCount(tensor.dims);
  const length = rawBytes(tensor.dataType, Number(count));
  if (length === null)
    throw refused(path, `keeps the weight ${tensor.name}, which has no fixed size, in another file`);
  const offset = wholeNumber(entries.get("offset"), 0);
  const claimed = wholeNumber(entries.get("length"), length);
  if (Number.isNaN(offset) || claimed !== length) {
    const where = `offset ${entries.get("offset") ?? 0}, length ${entries.get("length") ?? "to the end"}`;
    throw refused(
      path,
      `names an impossible place (${where}) for the weight ${tensor.name}`,
      `${length} bytes`,
    );
  }
  return { tensor, location, offset, length };
}

function wholeNumber(text: string | undefined, otherwise: number): number {
  if (text === undefined) return otherwise;
  return /^\d{1,15}$/.test(text) ? Number(text) : Number.NaN;
}

async function openInside({ tensor, location }: Part, path: string): Promise<FileHandle> {
  const owner = `keeps the weight ${tensor.name} in ${location}`;
  const inFolder = "a file in the model's own folder";
  const steps = location.split(/[\\/]/);
  if (
    isAbsolute(location) ||
    /^[A-Za-z]:/.test(location) ||
    steps.includes("..") ||
    location.includes("\0")
  ) {
    throw refused(path, `${owner}, outside its folder`, inFolder);
  }
  let real: string;
  let folder: string;
  try {
    // A cache may link the model and its data to another folder: what the links lead to must then lie together.
    folder = dirname(await realpath(path));
    real = await realpath(join(dirname(path), ...steps));
  } catch (error) {
    throw refused(
      path,
      `${owner}, which cannot be read (${(error as NodeJS.ErrnoException).code})`,
      inFolder,
      error,
    );
  }
  const way = relative(folder, real);
  if (way === ".." || way.startsWith(`..${sep}`) || isAbsolute(way)) {
    throw refused(path, `${owner}, a link that leads outside its folder`, inFolder);
  }
  return openRegular(real, path, owner);
}

async function openRegular(real: string, path: string, owner: string): Promise<FileHandle> {
  let handle: FileHandle | undefined;
  try {
    // Opening a named pipe would wait for a writer for ever.
    if (!(await stat(real)).isFile())
      throw Object.assign(new Error("no regular file"), { code: "no regular file" });
    handle = await open(real, "r");
    const { nlink } = await handle.stat();
    if (nlink === 1) return handle;
    await handle.close();
  } catch (error) {
    await handle?.close();
    throw refused(
      path,
      `${owner}, which cannot be read (${(error as NodeJS.ErrnoException).code})`,
      undefined,
      error,
    );
  }
  throw refused(
    path,
    `${owner}, a hard link: the same file may lie outside its folder too`,
    "a file with one name",
  );
}

async function readPart(
  { tensor, location, offset, length }: Part,
  handle: FileHandle,
  path: string,
): Promise<void> {
  const { size } = await handle.stat();
  if (offset + length > size) {
    throw refused(
      path,
      `says that the weight ${tensor.name} takes the bytes ${offset} to ${offset + length} of ${location}, which has ${size}`,
    );
  }
  const bytes = new Uint8Array(length);
  await handle.read(bytes, 0, length, offset);
  tensor.rawData = bytes;
  tensor.externalData = [];
  tensor.dataLocation = Location.DEFAULT;
}

function refused(path: string, what: string, expected?: string, cause?: unknown): CongruentError {
  return new CongruentError({
    code: "E_ONNX_EXTERNAL",
    what: `${path} ${what}`,
    expected,
    fix: "put the file beside the model, or save the model again as one file",
    cause,
  });
}
