/** Where new nodes come from. */
import { create } from "@bufbuild/protobuf";
import { changed, type NodeProto, StringStringEntryProtoSchema } from "@congruent/onnx";

/** The key of a node's metadata_props that names the nodes in whose place it stands, one a line. */
export const FROM_KEY = "congruent.from";

/**
 * A new node with what the nodes knew that it comes from: their metadata_props, and their names.
 *
 * @example
 * ```ts
 * const relu = makeNode("Relu", ["x"], ["y"], { name: "act" });
 * cameFrom(makeNode("Clip", ["x"], ["y"]), [relu]).metadataProps[0].value; // => "act"
 * ```
 */
export function cameFrom(node: NodeProto, sources: readonly NodeProto[]): NodeProto {
  const known = new Map(
    sources.flatMap(({ metadataProps }) => metadataProps).map((each) => [each.key, each.value]),
  );
  const earlier = sources.flatMap(({ metadataProps, name }) => {
    const from = metadataProps.find(({ key }) => key === FROM_KEY)?.value;
    return from === undefined ? [name] : from.split("\n");
  });
  const names = [...new Set(earlier)].filter((name) => name !== "");
  if (names.length > 0) known.set(FROM_KEY, names.join("\n"));
  const metadataProps = [...known].map(([key, value]) =>
    create(StringStringEntryProtoSchema, { key, value }),
  );
  return changed(node, { metadataProps });
}
