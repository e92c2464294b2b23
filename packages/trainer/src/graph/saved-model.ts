import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { create, toBinary } from "@bufbuild/protobuf";
import { CongruentError, messageOf } from "@congruent/core";
import { writeError, writeFileAtomic } from "@congruent/core/files";
import type { GraphDef } from "../generated/tensorflow/core/framework/graph_pb.js";
import type { DataType } from "../generated/tensorflow/core/framework/types_pb.js";
import { SavedModelSchema } from "../generated/tensorflow/core/protobuf/saved_model_pb.js";
import { nodeBackend, type Tensor, type TensorFlow } from "../tensorflow.js";
import { nodeOf, outputOf, type Ref, shapeProto } from "./graph-builder.js";

export interface SignatureTensor {
  ref: Ref;
  dtype: DataType;
  /** null for a dimension that is not known before the graph runs. */
  shape: readonly (number | null)[];
}

export interface Signature {
  inputs: Record<string, SignatureTensor>;
  outputs: Record<string, SignatureTensor>;
}

/** The bytes of a saved_model.pb with one graph under the tag `serve`. */
function savedModelBytes(graph: GraphDef, signatures: Record<string, Signature>): Uint8Array {
  const infos = (tensors: Record<string, SignatureTensor>) =>
    Object.fromEntries(
      Object.entries(tensors).map(([name, { ref, dtype, shape }]) => [
        name,
        { encoding: { case: "name" as const, value: explicit(ref) }, dtype, tensorShape: shapeProto(shape) },
      ]),
    );
  const message = create(SavedModelSchema, {
    savedModelSchemaVersion: 1n,
    metaGraphs: [
      {
        metaInfoDef: { tags: ["serve"] },
        graphDef: graph,
        signatureDef: Object.fromEntries(
          Object.entries(signatures).map(([key, { inputs, outputs }]) => [
            key,
            {
              methodName: "tensorflow/serving/predict",
              inputs: infos(inputs),
              outputs: infos(outputs),
            },
          ]),
        ),
      },
    ],
  });
  return toBinary(SavedModelSchema, message);
}

/** Writes saved_model.pb into a folder, whole or not at all. */
export function writeSavedModel(
  directory: string,
  graph: GraphDef,
  signatures: Record<string, Signature>,
): Promise<void> {
  return writeFileAtomic(join(directory, "saved_model.pb"), savedModelBytes(graph, signatures));
}

/** A graph loaded into TensorFlow; its variables live as long as it is open. */
export class GraphSession {
  readonly #tf: TensorFlow;
  readonly #id: number;

  private constructor(tf: TensorFlow, id: number) {
    this.#tf = tf;
    this.#id = id;
  }

  /**
   * @throws CongruentError `E_GRAPH_LOAD` with TensorFlow's message and the layer's name when the graph is not
   * accepted; `E_DISK_FULL` or `E_WRITE` when the temporary folder cannot be written.
   */
  static async open(tf: TensorFlow, graph: GraphDef, temporary = tmpdir()): Promise<GraphSession> {
    const place = join(temporary, "congruent-graph-");
    const directory = await mkdtemp(place).catch((error: unknown) => {
      throw notWritten(place, error);
    });
    const file = join(directory, "saved_model.pb");
    try {
      await writeFile(file, savedModelBytes(graph, {})).catch((error: unknown) => {
        throw notWritten(file, error);
      });
      return new GraphSession(tf, loaded(tf, directory, graph));
    } finally {
      await rm(directory, { recursive: true, force: true });
    }
  }

  /** Feeds tensors and fetches outputs, in the order asked; the caller disposes what is returned. */
  run(feeds: readonly (readonly [Ref, Tensor])[], fetches: readonly Ref[]): Tensor[] {
    // TensorFlow refuses to fetch nothing, as for the weights of a model without weights.
    if (fetches.length === 0) return [];
    return nodeBackend(this.#tf).runSavedModel(
      this.#id,
      feeds.map(([, tensor]) => tensor),
      feeds.map(([ref]) => ({ name: explicit(ref) })),
      fetches.map(explicit),
    );
  }

  close(): void {
    nodeBackend(this.#tf).binding.deleteSavedModel(this.#id);
  }
}

function loaded(tf: TensorFlow, directory: string, graph: GraphDef): number {
  try {
    return nodeBackend(tf).binding.loadSavedModel(directory, "serve");
  } catch (error) {
    const layer = scopeNamed(graph, messageOf(error));
    throw new CongruentError({
      code: "E_GRAPH_LOAD",
      what: `TensorFlow did not accept the captured graph${layer ? `, at ${layer}` : ""}: ${messageOf(error)}`,
      fix: "train with --engine eager, and report the model",
      cause: error,
    });
  }
}

/** The layer that a message of TensorFlow is about: the scope of the node that it names, or of a node with the operator that it quotes. */
function scopeNamed({ node: nodes }: GraphDef, message: string): string | undefined {
  const words = new Set(message.split(/[\s'"{}[\](),;:]+/));
  const named = nodes.find(({ name }) => name.includes("/") && words.has(name));
  const node = named ?? nodes.find(({ op }) => message.includes(`'${op}'`));
  return node?.name.split("/").slice(0, -1).join("/");
}

function notWritten(path: string, cause: unknown): CongruentError {
  const { code, what, fix } = writeError(path, cause);
  return new CongruentError({
    code,
    what,
    fix:
      code === "E_DISK_FULL"
        ? `${fix}, or name another temporary folder with TMPDIR`
        : "name a folder that is there and can be written with TMPDIR",
    cause,
  });
}

/** The addon and tf2onnx require the output index: `name` → `name:0`. */
function explicit(ref: Ref): string {
  const output = ref.match(/:(\d+)$/);
  return `${outputOf(nodeOf(ref), 0)}:${output?.[1] ?? 0}`;
}
