/** A graph made ready to be evaluated: the model's own, and those inside If, Loop and Scan. */
import { CongruentError, sizeOf } from "@congruent/core";
import { type AttributeProto, type GraphProto, type NodeProto, operandFlaw } from "@congruent/onnx";
import { Call, describeNode, type Kernel } from "./call.js";
import { findKernel, type Opsets } from "./find-kernel.js";
import { fromProto, fromSparseProto } from "./from-proto.js";
import { lastUses } from "./last-uses.js";
import type { Value } from "./value.js";

/** A node with what computes it. */
export interface Step {
  node: NodeProto;
  kernel: Kernel;
  opset: number;
  attributes: ReadonlyMap<string, AttributeProto>;
  /** Inner graphs are compiled when they are first run. */
  opsets: Opsets;
  inner: Map<GraphProto, Program>;
}

export interface Program {
  steps: readonly Step[];
  weights: ReadonlyMap<string, Value>;
  inputNames: readonly string[];
  outputNames: readonly string[];
  /** Names that no later step needs, for each step. */
  frees: readonly (readonly string[])[];
}

/** Values from around an inner graph, by name. */
export type Lookup = (name: string) => Value | undefined;

const NOTHING: Lookup = () => undefined;

export interface Hooks {
  /** Called with every value once it is there: weights and inputs first. */
  onValue?: (name: string, value: Value) => void;
  onStep?: (
    index: number,
    inputs: readonly (Value | undefined)[],
    outputs: readonly Value[],
    around: Lookup,
  ) => void;
}

export function stepOf(node: NodeProto, opsets: Opsets): Step {
  return {
    node,
    ...findKernel(node, opsets),
    attributes: new Map(node.attribute.map((each) => [each.name, each])),
    opsets,
    inner: new Map(),
  };
}

export function compile(graph: GraphProto, opsets: Opsets): Program {
  const weights = new Map<string, Value>([
    ...graph.initializer.map((each): [string, Value] => [each.name, fromProto(each)]),
    ...graph.sparseInitializer.map((each): [string, Value] => [
      each.values?.name ?? "",
      fromSparseProto(each),
    ]),
  ]);
  const outputNames = graph.output.map(({ name }) => name);
  return {
    steps: graph.node.map((node) => stepOf(node, opsets)),
    weights,
    inputNames: graph.input.map(({ name }) => name).filter((name) => !weights.has(name)),
    outputNames,
    frees: lastUses(graph.node, outputNames),
  };
}

/** Runs one node; every complaint names it. */
export function execute(
  step: Step,
  inputs: readonly (Value | undefined)[],
  around: Lookup = NOTHING,
): Value[] {
  const { node, kernel, opset, attributes } = step;
  // Before anything is computed: no kernel reads past an operand that is too short.
  const flaw = operandFlaw(
    node,
    opset,
    inputs.map((each) => each?.dims),
  );
  if (flaw !== null)
    throw new CongruentError({ code: "E_NODE_SHAPE", what: `${describeNode(node)}: ${flaw}` });
  try {
    const outputs = kernel(
      new Call(node, attributes, opset, inputs, (graph, given, own) =>
        own ? evaluate(compile(graph, own), namedInputs(graph, given)) : runInner(step, graph, given, around),
      ),
    );
    for (const each of outputs) {
      // Outputs that are not computed.
      if (each === undefined) continue;
      const { dims, data } = each;
      if (sizeOf(dims) !== data.length || !dims.every(Number.isInteger)) throw misfit(inputs);
    }
    return outputs;
  } catch (error) {
    if (error instanceof RangeError) throw misfit(inputs).within(describeNode(node));
    if (!(error instanceof CongruentError) || error.what.startsWith(describeNode(node))) throw error;
    throw error.within(describeNode(node));
  }
}

/** What no rule of operands caught: a result whose elements do not fill its shape. */
function misfit(inputs: readonly (Value | undefined)[]): CongruentError {
  const shapes = inputs.map((each) => (each ? `[${each.dims.join(", ")}]` : "none"));
  return new CongruentError({
    code: "E_NODE_SHAPE",
    what: `its operands ${shapes.join(", ")} do not fit each other`,
  });
}

function runInner(
  { node, inner, opsets }: Step,
  graph: GraphProto,
  given: readonly Value[],
  around: Lookup,
): Value[] {
  const program = inner.get(graph) ?? compile(graph, opsets);
  inner.set(graph, program);
  if (given.length !== program.inputNames.length) {
    throw new CongruentError({
      code: "E_NODE_INPUT",
      what: `${describeNode(node)}: its inner graph takes ${program.inputNames.length} values, not ${given.length}`,
    });
  }
  const inputs = program.inputNames.map((name, i): [string, Value] => [name, given[i] as Value]);
  return evaluate(program, inputs, {}, around);
}

/** A graph's inputs in order, with their values. */
export function namedInputs(graph: GraphProto, given: readonly Value[]): [string, Value][] {
  return graph.input.map(({ name }, i) => [name, given[i] as Value]);
}

/** @returns the graph's outputs in order */
export function evaluate(
  { steps, weights, outputNames, frees }: Program,
  inputs: Iterable<readonly [string, Value]>,
  { onValue, onStep }: Hooks = {},
  around: Lookup = NOTHING,
): Value[] {
  const live = new Map<string, Value>();
  const put = (name: string, value: Value) => {
    live.set(name, value);
    onValue?.(name, value);
  };
  for (const [name, value] of weights) put(name, value);
  for (const [name, value] of inputs) put(name, value);
  const lookup: Lookup = (name) => live.get(name) ?? around(name);
  steps.forEach((step, index) => {
    const given = step.node.input.map((name) => (name === "" ? undefined : found(lookup, name, step.node)));
    const outputs = execute(step, given, lookup);
    step.node.output.forEach((name, place) => {
      if (name === "") return;
      const output = outputs[place];
      if (!output) throw missingOutput(step.node, name);
      put(name, output);
    });
    onStep?.(index, given, outputs, lookup);
    for (const name of frees[index] ?? []) live.delete(name);
  });
  return outputNames.map((name) => found(lookup, name));
}

function found(lookup: Lookup, name: string, by?: NodeProto): Value {
  const value = lookup(name);
  if (value) return value;
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
