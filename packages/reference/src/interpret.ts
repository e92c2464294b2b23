/** Runs a graph node by node in double precision; nothing is rounded between the nodes. */
import { CongruentError, type Tensor } from "@congruent/core";
import { inlineFunctions, type ModelProto, modelInterface, type NodeProto } from "@congruent/onnx";
import { opsetsOf } from "./find-kernel.js";
import { compile, evaluate, execute, type Lookup, type Step, stepOf } from "./program.js";
import { fromTensor, MOST_ELEMENTS, type Value, withElementLimit } from "./value.js";

/** Inputs by name: tensors as runtimes take them, or values that are more precise. */
export type Feeds = Readonly<Record<string, Tensor | Value>>;

export interface InterpretOptions {
  /** Values of the graph to hand back besides its outputs. Default: none. */
  keep?: "all" | readonly string[];
  /**
   * After every node, with what it took and gave, and what its inner graphs may take from around it, by name. Outputs without a name
   * are left out of the graph, not of this list.
   */
  onNode?: (
    node: NodeProto,
    index: number,
    inputs: readonly (Value | undefined)[],
    outputs: readonly Value[],
    around: Lookup,
  ) => void;
  /** No value may have more elements. Default: 2^28. */
  maxElements?: number;
}

export interface Interpretation {
  outputs: Map<string, Value>;
  /** What was asked to be kept, by name: inputs and weights too. */
  values: Map<string, Value>;
}

/** A model whose weights are decoded and whose operators are found: to be run any number of times. */
export interface Interpreter {
  /** The model with its own functions inlined. */
  readonly model: ModelProto;
  readonly nodes: readonly NodeProto[];
  /** Weights by name, in double precision. */
  readonly weights: ReadonlyMap<string, Value>;
  /**
   * @throws CongruentError `E_INPUT_NAME` for a missing or unknown input, `E_NODE…` for what a node cannot compute
   */
  run(feeds: Feeds, options?: InterpretOptions): Interpretation;
  /**
   * One node by itself, by its place in the graph; inputs by position, undefined where one is left out.
   *
   * @param around what its inner graphs (of If, Loop, Scan) take besides. Default: weights alone
   */
  runNode(index: number, inputs: readonly (Value | undefined)[], around?: Lookup): Value[];
}

/**
 * One node, computed in double precision.
 *
 * @param inputs by position; undefined where an optional one is left out
 * @param opsets version of each operator set by domain ("" is the standard's)
 * @param around what its inner graphs (of If, Loop, Scan) take besides, by name. Default: nothing
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
  around?: Lookup,
): Value[] {
  return execute(stepOf(node, new Map(Object.entries(opsets))), inputs, around);
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
export function prepare(source: ModelProto): Interpreter {
  const model = inlineFunctions(source);
  const { graph } = model;
  if (!graph) throw new CongruentError({ code: "E_ONNX_INVALID", what: "the model has no graph" });
  const program = compile(graph, opsetsOf(model));
  const { steps, weights, outputNames } = program;
  const inputNames = modelInterface(model).inputs.map(({ name }) => name);

  function run(feeds: Feeds, { keep = [], onNode }: InterpretOptions = {}): Interpretation {
    const kept = keep === "all" ? null : new Set(keep);
    const values = new Map<string, Value>();
    const outputs = evaluate(program, feedValues(feeds, inputNames, weights), {
      onValue: (name, value) => {
        if (kept === null || kept.has(name)) values.set(name, value);
      },
      onStep: (index, inputs, given, around) =>
        onNode?.((steps[index] as Step).node, index, inputs, given, around),
    });
    return { outputs: new Map(outputNames.map((name, i) => [name, outputs[i] as Value])), values };
  }

  return {
    model,
    nodes: graph.node,
    weights,
    run: (feeds, options) =>
      withElementLimit(options?.maxElements ?? MOST_ELEMENTS, () => run(feeds, options)),
    runNode: (index, inputs, around = () => undefined) =>
      execute(steps[index] as Step, inputs, (name) => around(name) ?? weights.get(name)),
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

/** Floats narrower than double precision are wide in values alone. */
function isTensor(feed: Tensor | Value): feed is Tensor {
  return feed.data instanceof Float32Array || (feed.dtype === "float16" && feed.data instanceof Uint16Array);
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
    return [name, isTensor(feed) ? fromTensor(feed) : (feed as Value)];
  });
}
