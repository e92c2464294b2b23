/** Refuses outputs that cannot be compared, before anything runs. */
import { CongruentError, DTYPES } from "@congruent/core";
import { indexGraph, type ModelProto, modelInterface } from "@congruent/onnx";

/** The kinds of values that are not tensors, as ONNX's messages name them. */
const KINDS: Readonly<Record<string, string>> = {
  sequenceType: "a sequence",
  mapType: "a map",
  optionalType: "an optional value",
  sparseTensorType: "a sparse tensor",
  opaqueType: "an opaque value",
};

/**
 * Refuses outputs that are not tensors of numbers, such as those of scikit-learn's classifiers: names of classes, and maps from them to
 * probabilities (ZipMap). The error says how to get a file with the same numbers as tensors.
 *
 * @param path of the file, for the error
 * @throws CongruentError `E_OUTPUT_TYPE`
 */
export function checkOutputs(model: ModelProto, path: string): void {
  const { graph, producerOf } = indexGraph(model);
  const { outputs } = modelInterface(model);
  const strange = outputs.flatMap(({ name, dtype }, position) => {
    const type = graph.output[position]?.type?.value;
    const kind = KINDS[type?.case ?? ""] ?? (type?.case === "tensorType" ? numbers(dtype) : null);
    return kind === null ? [] : [{ name, kind, zipMap: zipMapOf(name) }];
  });
  if (strange.length === 0) return;

  const refused = new Set(strange.map(({ name }) => name));
  const kept = outputs.map(({ name }) => name).filter((name) => !refused.has(name));
  const found = [...kept, ...strange.flatMap(({ zipMap }) => (zipMap ? [zipMap.proto.input[0] ?? ""] : []))];
  const words = strange.map(({ name, kind, zipMap }) => `${name} is ${kind}${zipMap ? " (ZipMap)" : ""}`);
  throw new CongruentError({
    code: "E_OUTPUT_TYPE",
    what: `${path} has outputs that are not tensors of numbers: ${words.join(", ")}`,
    expected: `outputs that are tensors of ${DTYPES.join(", ")}`,
    fix: [
      ...(strange.some(({ zipMap }) => zipMap)
        ? ['export it without ZipMap (skl2onnx: convert_sklearn(…, options={"zipmap": False}))']
        : []),
      ...(found.length > 0
        ? [`make a copy with the numbers that it has as its outputs: python -c '${copyWith(path, found)}'`]
        : ["export it with an output that is a tensor of numbers"]),
    ].join("; or "),
  });

  function zipMapOf(name: string) {
    const node = producerOf.get(name);
    return node?.proto.opType === "ZipMap" ? node : undefined;
  }
}

/** A Python program. It gives the outputs no types, as runtimes infer them. */
function copyWith(path: string, outputs: readonly string[]): string {
  const copy = path.replace(/(\.onnx)?$/, ".numbers.onnx");
  return [
    "import onnx",
    `model = onnx.load(${JSON.stringify(path)})`,
    "del model.graph.output[:]",
    `model.graph.output.extend(onnx.ValueInfoProto(name=name) for name in ${JSON.stringify(outputs)})`,
    `onnx.save(model, ${JSON.stringify(copy)})`,
  ].join("; ");
}

/** Describes the element type of a tensor if Congruent's tensors do not have it. */
function numbers(dtype: string): string | null {
  return (DTYPES as readonly string[]).includes(dtype) || dtype === "unknown" ? null : `a tensor of ${dtype}`;
}
