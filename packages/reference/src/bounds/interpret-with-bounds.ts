/** Runs a model in double precision and tells, for each tensor, how far a correct runtime may be from the result. */
import type { ModelProto } from "@congruent/onnx";
import { domainOf, opsetsOf } from "../find-kernel.js";
import { type Feeds, type Interpreter, type InterpretOptions, prepare } from "../interpret.js";
import { lastUses } from "../last-uses.js";
import type { Value } from "../value.js";
import { type Bound, boundsOfNode, EXACT_BOUND, namesAround, overlaid } from "./bound.js";
import type { RoundingModel } from "./rounding.js";

export interface BoundOptions extends Pick<InterpretOptions, "keep" | "maxElements"> {
  /** How roundings add up. Default: `statistical`. */
  model?: RoundingModel;
  /** Absolute errors that the inputs have already, by name. Default: none. */
  inputErrors?: Readonly<Record<string, Float64Array>>;
}

export interface BoundedInterpretation {
  outputs: Map<string, Value>;
  /** What was asked to be kept. */
  values: Map<string, Value>;
  /** Of the outputs and of what was asked to be kept. */
  bounds: Map<string, Bound>;
}

/**
 * Runs a model once in double precision, with a running error analysis: the bound of each tensor follows from the bounds of what it is
 * computed from and the rounding of its own operator.
 *
 * @param source a model, or one that is prepared already
 * @throws CongruentError as `interpret`
 * @example
 * ```ts
 * const x = makeTensorValueInfo("x", "float32", [1]);
 * const y = makeTensorValueInfo("y", "float32", [1]);
 * const model = makeModel(makeGraph([makeNode("Add", ["x", "x"], ["y"])], "twice", [x], [y]));
 * const { bounds } = interpretWithBounds(model, { x: tensor("float32", Float32Array.of(3), [1]) });
 * bounds.get("y").errors[0]; // => 6 * 2 ** -23
 * bounds.get("y").origin.opType; // => "Add"
 * ```
 */
export function interpretWithBounds(
  source: ModelProto | Interpreter,
  feeds: Feeds,
  { model = "statistical", inputErrors = {}, keep = [], maxElements }: BoundOptions = {},
): BoundedInterpretation {
  const interpreter = "run" in source ? source : prepare(source);
  const opsets = opsetsOf(interpreter.model);
  const outputNames = interpreter.model.graph?.output.map(({ name }) => name) ?? [];
  const kept = new Set([...outputNames, ...(keep === "all" ? [] : keep)]);
  const frees = lastUses(interpreter.nodes, outputNames);
  const live = new Map<string, Bound>();
  const bounds = new Map<string, Bound>();
  const put = (name: string, bound: Bound) => {
    live.set(name, bound);
    if (keep === "all" || kept.has(name)) bounds.set(name, bound);
  };
  for (const [name, errors] of Object.entries(inputErrors)) put(name, { errors, origin: null });
  const { outputs, values } = interpreter.run(feeds, {
    keep,
    ...(maxElements === undefined ? {} : { maxElements }),
    onNode(node, index, inputs, results, around) {
      // What inner graphs take from around them counts as more inputs: it has errors as well.
      const captured = namesAround(node, around);
      const names = [...node.input, ...captured];
      const found = boundsOfNode({
        node,
        index,
        opset: opsets.get(domainOf(node)) ?? 1,
        inputs: [...inputs, ...captured.map(around)],
        bounds: names.map((name) => live.get(name) ?? EXACT_BOUND),
        outputs: results,
        around: { names: captured, opsets },
        run: (others) =>
          interpreter.runNode(
            index,
            others.slice(0, inputs.length),
            overlaid(captured, others, inputs.length),
          ),
        model,
      });
      node.output.forEach((name, place) => {
        if (name !== "") put(name, found[place] ?? EXACT_BOUND);
      });
      for (const name of frees[index] ?? []) live.delete(name);
    },
  });
  // Inputs and weights that are outputs or kept are exact.
  for (const name of [...values.keys(), ...outputs.keys()])
    if (!bounds.has(name)) bounds.set(name, EXACT_BOUND);
  return { outputs, values, bounds };
}

/**
 * The bounds of one node by itself on inputs without errors: its own rounding alone.
 *
 * @param index place in the graph
 */
export function nodeBounds(
  interpreter: Interpreter,
  index: number,
  inputs: readonly (Value | undefined)[],
  model: RoundingModel = "statistical",
): { outputs: Value[]; bounds: Bound[] } {
  const node = interpreter.nodes[index];
  const outputs = interpreter.runNode(index, inputs);
  if (!node) return { outputs, bounds: [] };
  const opset = opsetsOf(interpreter.model).get(domainOf(node)) ?? 1;
  const run = (others: readonly (Value | undefined)[]) => interpreter.runNode(index, others);
  const exact = inputs.map(() => EXACT_BOUND);
  return {
    outputs,
    bounds: boundsOfNode({ node, index, opset, inputs, bounds: exact, outputs, run, model }),
  };
}
