import { dtypeName } from "./dtypes.js";
import type { GraphOutline, ModelOutline, TensorTypeOutline, ValueOutline } from "./outline/model-outline.js";

/** One input or output as the file declares it. */
export interface ValueDescription {
  name: string;
  /** A `DType` of @congruent/core, or another ONNX type in lower case; `unknown` where the value is no tensor. */
  dtype: string;
  /**
   * A number where the size is fixed, a symbol's name where it is dynamic and named, null where it is dynamic and anonymous; null as a whole
   * without a known rank. Two axes of one name usually have one size, but no runtime insists on it.
   */
  dims: readonly (number | string | null)[] | null;
}

export interface ModelInterface {
  inputs: readonly ValueDescription[];
  outputs: readonly ValueDescription[];
}

/**
 * What a model takes and gives. Weights that old files list among the inputs are left out.
 *
 * @example
 * ```ts
 * const x = makeTensorValueInfo("x", "float32", ["batch", 2]);
 * const y = makeTensorValueInfo("y", "float32", ["batch", 2]);
 * const graph = makeGraph([makeNode("Relu", ["x"], ["y"])], "relu", [x], [y]);
 * modelInterface(makeModel(graph)).inputs; // => [{ name: "x", dtype: "float32", dims: ["batch", 2] }]
 * ```
 */
export function modelInterface(model: Pick<ModelOutline, "graph">): ModelInterface {
  const graph = model.graph;
  if (!graph) return { inputs: [], outputs: [] };
  const weights = weightNames(graph);
  return {
    inputs: graph.input.filter((value) => !weights.has(value.name)).map(describe),
    outputs: graph.output.map(describe),
  };
}

function weightNames(graph: GraphOutline): Set<string> {
  return new Set([
    ...graph.initializer.map((tensor) => tensor.name),
    ...graph.sparseInitializer.map((tensor) => tensor.values?.name ?? ""),
  ]);
}

/**
 * What exporters write in place of a name where they know none, such as Paddle's `?` and `-1` as text. Axes so written have nothing to do
 * with each other.
 */
const ANONYMOUS = /^(\s*|\?+|-\d+|none|null|nan|undefined)$/i;

function describe(value: ValueOutline): ValueDescription {
  const type = value.type?.value;
  if (type?.case !== "tensorType") return { name: value.name, dtype: "unknown", dims: null };
  const { elemType, shape } = (type as { value: TensorTypeOutline }).value;
  const dims = shape?.dim.map(({ value: dim }) => {
    if (dim.case === "dimValue") return dim.value < 0n ? null : Number(dim.value);
    return dim.case === "dimParam" && !ANONYMOUS.test(dim.value) ? dim.value : null;
  });
  return { name: value.name, dtype: dtypeName(elemType), dims: dims ?? null };
}

/**
 * A shape as people read it.
 *
 * @example
 * ```ts
 * describeDims(["batch", 28, null]); // => "[batch, 28, ?]"
 * describeDims(null); // => "[?]"
 * ```
 */
export function describeDims(dims: ValueDescription["dims"]): string {
  return dims ? `[${dims.map((dim) => dim ?? "?").join(", ")}]` : "[?]";
}
