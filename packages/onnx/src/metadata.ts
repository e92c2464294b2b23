import { create } from "@bufbuild/protobuf";
import { type ModelProto, StringStringEntryProtoSchema } from "./generated/onnx/onnx-ml_pb.js";
import { changed } from "./graph/changed.js";

/**
 * A copy of the model with this entry of metadata_props instead of the one it may have; weights are shared with it.
 *
 * @example
 * ```ts
 * const y = makeTensorValueInfo("y", "float32", [2]);
 * const model = withMetadata(makeModel(makeGraph([], "empty", [], [y])), "author", "Ada");
 * metadataOf(model, "author"); // => "Ada"
 * ```
 */
export function withMetadata(model: ModelProto, key: string, value: string): ModelProto {
  const others = model.metadataProps.filter((entry) => entry.key !== key);
  return changed(model, {
    metadataProps: [...others, create(StringStringEntryProtoSchema, { key, value })],
  });
}

/**
 * The value of an entry of metadata_props; undefined where there is none.
 *
 * @example
 * ```ts
 * const y = makeTensorValueInfo("y", "float32", [2]);
 * metadataOf(makeModel(makeGraph([], "empty", [], [y])), "author"); // => undefined
 * ```
 */
export function metadataOf(model: ModelProto, key: string): string | undefined {
  return model.metadataProps.find((entry) => entry.key === key)?.value;
}
