/** Runs a graph node by node in double precision: plain rather than fast, and nothing is rounded between the nodes. */
import { CongruentError, type Tensor } from "@congruent/core";
import { type AttributeProto, type ModelProto, modelInterface, type NodeProto } from "@congruent/onnx";
import { Call, describeNode, type Kernel } from "./call.js";
import { findKernel, type Opsets, opsetsOf } from "./find-kernel.js";
import { fromProto, fromSparseProto } from "./from-proto.js";
import { lastUses } from "./last-uses.js";
import { fromTensor, MOST_ELEMENTS, type Value, withElementLimit } from "./value.js";

/** Inputs by name: tensors as runtimes take them, or values that are more precise. */
export type Feeds = Readonly<Record<string, Tensor | Value>>;

export interface InterpretOptions {
  /** Values of the graph to hand back besides its outputs; none unless told. */
  keep?: "all" | readonly string[];
  /** After every node, with what it took and gave; outputs that nobody names are left out of the graph, not of this list. */
  onNode?: (
    node: NodeProto,
    index: number,
    inputs: readonly (Value | undefined)[],
    outputs: readonly Value[],
  ) => void;
  /** No value may have more elements: 2^28 unless told. */
  maxElements?: number;
}

export interface Interpretation {
  outputs: Map<string, Value>;
  /** What was asked to be kept, by name: inputs and weights too. */
  values: Map<string, Value>;
}

/** A model whose weights are decoded and whose operators are found: to be run any number of times. */
export interface Interpreter {
  readonly model: ModelProto;
  readonly nodes: readonly NodeProto[];
  /** Weights by name, in double precision. */
  readonly weights: ReadonlyMap<string, Value>;
  /**
   * @throws CongruentError `E_INPUT_NAME` for a missing or unknown input, `E_NODE…` for what a node cannot compute
   */
  run(feeds: Feeds, options?: InterpretOptions): Interpretation;
  /** One node by itself, by its place in the graph; inputs by position, undefined where one is left out. */
  runNode(index: number, inputs: readonly (Value | undefined)[]): Value[];
}

interface Step {
  node: NodeProto;
  kernel: Kernel;
  opset: number;
  attributes: ReadonlyMap<string, AttributeProto>;
}

function stepOf(node: NodeProto, opsets: Opsets): Step {
  return {
    node,
    ...findKernel(node, opsets),
    attributes: new Map(node.attribute.map((each) => [each.name, each])),
  };
}

function execute({ node, kernel, opset, attributes }: Step, inputs: readonly (Value | undefined)[]): Value[] {
  try {
    return kernel(new Call(node, attributes, opset, inputs));
  } catch (error) {
    if (!(error instanceof CongruentError) || error.what.startsWith(describeNode(node))) throw error;
    const { code, what, expected, fix, exit } = error;
    const named = `${describeNode(node)}: ${what}`;
    throw new CongruentError({
      code,
      what: named,
      exit,
      cause: error,
      ...(expected === undefined ? {} : { expected }),
      ...(fix === undefined ? {} : { fix }),
    });
  }
}

/**
 * One node, computed in double precision.
 *
 * @param inputs by position; undefined where an optional one is left out
 * @param opsets version of each operator set by domain ("" is the standard's)
 * @throws CongruentError `E_OPERATOR` for an operator that the reference does not know
 * @example
 * ```ts
 * const relu = makeNode("Relu", ["x"], ["y"]);
 * const x = value("float32", Float64Array.of(-1, 2), [2]);
 * runNode(relu, [x], { "": 17 })[0]?.data; // => Float64Array.of(0, 2)
 * ```
 */
export function runNode(
  node: NodeProto,
  inputs: readonly (Value | undefined)[],
  opsets: Readonly<Record<string, number>>,
): Value[] {
  return execute(stepOf(node, new Map(Object.entries(opsets))), inputs);
}

/**
 * Makes a model ready to be run.
 *
 * @throws CongruentError `E_OPERATOR` (exit 3) for an operator that the reference does not know, `E_OPSET`, or what decoding a weight
 * says
 * @example
 * ```ts
 * const x = makeTensorValueInfo("x", "float32", [2]);
 * const y = makeTensorValueInfo("y", "float32", [2]);
 * const model = makeModel(makeGraph([makeNode("Relu", ["x"], ["y"])], "relu", [x], [y]));
 * prepare(model).run({ x: tensor("float32", Float32Array.of(-1, 2), [2]) }).outputs.get("y")?.data; // => Float64Array.of(0, 2)
 * ```
 */
export function prepare(model: ModelProto): Interpreter {
  const graph = model.graph;
  if (!graph) throw new CongruentError({ code: "E_ONNX_INVALID", what: "the model has no graph" });
  const opsets = opsetsOf(model);
  const steps = graph.node.map((node) => stepOf(node, opsets));
  const weights = new Map<string, Value>([
    ...graph.initializer.map((each): [string, Value] => [each.name, fromProto(each)]),
    ...graph.sparseInitializer.map((each): [string, Value] => [
      each.values?.name ?? "",
      fromSparseProto(each),
    ]),
  ]);
  const inputNames = modelInterface(model).inputs.map(({ name }) => name);
  const outputNames = graph.output.map(({ name }) => name);
  const frees = lastUses(graph.node, outputNames);

  function run(feeds: Feeds, options: InterpretOptions = {}): Interpretation {
    const { keep = [], onNode } = options;
    const kept = keep === "all" ? null : new Set(keep);
    const values = new Map<string, Value>();
    const live = new Map(weights);
    const put = (name: string, value: Value) => {
      live.set(name, value);
      if (kept === null || kept.has(name)) values.set(name, value);
    };
    for (const [name, value] of weights) put(name, value);
    for (const [name, value] of feedValues(feeds, inputNames, weights)) put(name, value);
    steps.forEach((step, index) => {
      const inputs = step.node.input.map((name) => (name === "" ? undefined : take(live, name, step.node)));
      const outputs = execute(step, inputs);
      step.node.output.forEach((name, place) => {
        if (name === "") return;
        const output = outputs[place];
        if (!output) throw missingOutput(step.node, name);
        put(name, output);
      });
      onNode?.(step.node, index, inputs, outputs);
      for (const name of frees[index] ?? []) live.delete(name);
    });
    const outputs = new Map(outputNames.map((name) => [name, take(live, name)]));
    return { outputs, values };
  }

  return {
    model,
    nodes: graph.node,
    weights,
    run: (feeds, options) =>
      withElementLimit(options?.maxElements ?? MOST_ELEMENTS, () => run(feeds, options)),
    runNode: (index, inputs) => execute(steps[index] as Step, inputs),
  };
}

/**
 * Runs a model once in double precision.
 *
 * @example
 * ```ts
 * const x = makeTensorValueInfo("x", "float32", [1]);
 * const y = makeTensorValueInfo("y", "float32", [1]);
 * const nodes = [makeNode("Exp", ["x"], ["e"]), makeNode("Log", ["e"], ["y"])];
 * const model = makeModel(makeGraph(nodes, "round trip", [x], [y]));
 * const feeds = { x: tensor("float32", Float32Array.of(1), [1]) };
 * interpret(model, feeds, { keep: ["e"] }).values.get("e")?.data; // => Float64Array.of(Math.E)
 * ```
 */
export function interpret(model: ModelProto, feeds: Feeds, options?: InterpretOptions): Interpretation {
  return prepare(model).run(feeds, options);
}

function feedValues(
  feeds: Feeds,
  inputs: readonly string[],
  weights: ReadonlyMap<string, Value>,
): [string, Value][] {
  const expected = `the inputs ${inputs.join(", ") || "(none)"}`;
  for (const name of inputs) {
    if (!Object.hasOwn(feeds, name)) {
      throw new CongruentError({ code: "E_INPUT_NAME", what: `the input ${name} was not given`, expected });
    }
  }
  return Object.entries(feeds).map(([name, feed]) => {
    if (!inputs.includes(name) && !weights.has(name)) {
      throw new CongruentError({ code: "E_INPUT_NAME", what: `the model has no input ${name}`, expected });
    }
    return [name, feed.data instanceof Float32Array ? fromTensor(feed as Tensor) : (feed as Value)];
  });
}

function take(live: ReadonlyMap<string, Value>, name: string, by?: NodeProto): Value {
  const found = live.get(name);
  if (found) return found;
  throw new CongruentError({
    code: "E_GRAPH_VALUE",
    what: `${by ? describeNode(by) : "the graph's outputs"}: "${name}" is no input, no weight and no earlier node's output`,
    expected: "nodes in an order in which each comes after those it takes values from",
  });
}

function missingOutput(node: NodeProto, name: string): CongruentError {
  return new CongruentError({
    code: "E_OPERATOR",
    what: `${describeNode(node)}: the reference does not compute its output "${name}"`,
    exit: 3,
  });
}
