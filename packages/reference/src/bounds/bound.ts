/** The bound of a tensor: how far a correct runtime may be from the reference, element by element, and why. */
import type { GraphProto, NodeProto } from "@congruent/onnx";
import { Call } from "../call.js";
import { COMPOSED_OPSETS, type Composed } from "../composed/composer.js";
import type { Opsets } from "../find-kernel.js";
import { capturedNames } from "../last-uses.js";
import { compile, evaluate, execute, type Lookup, namedInputs, type Step } from "../program.js";
import { isBig, isFloat, type Value, type ValueData } from "../value.js";
import { added, combined, type Errors, largest, numberAt } from "./errors.js";
import { largestOf, type RoundingModel, roundingOf } from "./rounding.js";
import type { OutputBound } from "./rule.js";
import { byPerturbation } from "./rules/by-perturbation.js";
import { ruleOf } from "./rules/index.js";
import { worthKeeping } from "./shared.js";

/** The node whose rounding contributes most to a tensor's bound. */
export interface Origin {
  /** Position in the graph. */
  index: number;
  name: string;
  opType: string;
  /** How its rounding is bounded. */
  why: string;
}

export interface Bound {
  /** Absolute, for each element; null where the tensor is exact. An infinite one says nothing. */
  errors: Errors;
  /** Null where the tensor is exact. */
  origin: Origin | null;
  /**
   * Some errors come of decisions (a rounding to integers, a comparison): whole steps that are taken or not, often many in one direction.
   * Unlike roundings they do not lie far inside their bound, so that what sums them must not count on their canceling. Default: false.
   */
  steps?: boolean;
  /**
   * The part of each error that may have one cause for many elements, such as a minimum that was subtracted from all of them. What sums
   * such elements must not count on their errors knowing nothing of each other. Default: null, no part of them.
   */
  shared?: Errors;
}

/** A tensor without errors: inputs and weights. */
export const EXACT_BOUND: Bound = { errors: null, origin: null };

export interface NodeEvaluation {
  node: NodeProto;
  index: number;
  opset: number;
  /** Those of the node; then what its inner graphs take from around it. */
  inputs: readonly (Value | undefined)[];
  /** By position, as `inputs`. */
  bounds: readonly Bound[];
  /** What its inner graphs are: the names of what they take from around it, and the model's operator sets. Default: not known. */
  around?: { names: readonly string[]; opsets: Opsets };
  outputs: readonly Value[];
  run(inputs: readonly (Value | undefined)[]): Value[];
  model: RoundingModel;
}

/** The bounds of one node's outputs, given those of its inputs. */
export function boundsOfNode({
  node,
  index,
  opset,
  inputs,
  bounds,
  outputs,
  run,
  model,
  around,
}: NodeEvaluation): Bound[] {
  const attributes = new Map(node.attribute.map((each) => [each.name, each]));
  const call = new Call(node, attributes, opset, inputs);
  const errors = bounds.map((bound) => bound.errors);
  // Arithmetic of 64-bit integers does not round.
  const whole =
    inputs.every((x) => x === undefined || !isFloat(x.dtype)) && outputs.every((y) => y && isBig(y.dtype));
  if (whole && errors.every((each) => each === null)) return outputs.map(() => EXACT_BOUND);
  const dtype = outputs[0]?.dtype ?? "float32";
  const rule = ruleOf(node.domain, node.opType);
  let steps = bounds.some((bound) => bound.errors !== null && bound.steps === true);
  const shared = bounds.map((bound) => (bound.errors && bound.shared) ?? null);
  const given = {
    ...{ call, errors, shared, outputs, run, rounding: roundingOf(dtype, model), steps },
    nested(composed: Composed, own: readonly Errors[]) {
      const together = steps || shared.some((each) => each !== null);
      const inner = nestedBounds(composed, own, { model, steps: together });
      // What a composition quantizes on its way has steps, also where its result is a float.
      steps ||= inner.some((bound) => bound?.steps === true);
      return inner.map((bound) => bound?.errors);
    },
    inner(graph: GraphProto) {
      if (!around) return null;
      const own = inputs.length - around.names.length;
      const place = new Map(around.names.map((name, i) => [name, own + i]));
      const found = innerBounds(graph, { opsets: around.opsets, model }, (name) => {
        const at = place.get(name);
        const value = at === undefined ? undefined : inputs[at];
        return value && { value, bound: bounds[at as number] ?? EXACT_BOUND };
      });
      steps ||= found.some((bound) => bound.steps === true);
      return found.map(({ errors: each, origin }) => ({
        errors: each,
        why:
          origin && `in the branch that is taken, most from ${origin.name} (${origin.opType}): ${origin.why}`,
      }));
    },
  };
  const found = rule(given);
  // Outputs for which the rule says nothing: the statistics of a normalization, for instance.
  const rest = found.length < outputs.length ? byPerturbation(given) : [];
  return outputs.map((_, place) => {
    // An output that a composition does not compute.
    if (outputs[place] === undefined) return EXACT_BOUND;
    const {
      own,
      passed,
      why,
      decides = false,
      shared: common = null,
    } = (found[place] ?? rest[place]) as OutputBound;
    const y = outputs[place] as Value;
    const independent = model === "statistical" && !steps && !decides && isFloat(y.dtype);
    const total = overflowing(y, independent ? combined(own, passed) : added(own, passed));
    if (total === null) return EXACT_BOUND;
    const kind = steps || decides || !isFloat(y.dtype) ? { steps: true } : {};
    const here: Origin = { index, name: node.name || `${node.opType}_${index}`, opType: node.opType, why };
    const kept = independent ? worthKeeping(common, passed) : null;
    const all = { ...kind, ...(kept && { shared: kept }) };
    if (largest(own) >= largest(passed)) return { errors: total, origin: here, ...all };
    return { errors: total, origin: dominant(inputs, bounds) ?? here, ...all };
  });
}

/** The bounds of a composition's outputs, by their places; undefined for one that is not computed. */
function nestedBounds(
  { graph, given, outputs }: Composed,
  errors: readonly Errors[],
  { model, steps }: { model: RoundingModel; steps: boolean },
): (Bound | undefined)[] {
  const program = compile(graph, COMPOSED_OPSETS);
  const live = new Map<string, Bound>(
    graph.input.map(({ name }, i) => [name, { errors: errors[i] ?? null, origin: null, steps }]),
  );
  evaluate(program, namedInputs(graph, given), {
    onStep(index, inputs, results) {
      const step = program.steps[index] as Step;
      const { node, opset } = step;
      const found = boundsOfNode({
        ...{ node, index, opset, inputs, outputs: results, model },
        bounds: node.input.map((name) => live.get(name) ?? EXACT_BOUND),
        run: (others) => execute(step, others),
      });
      node.output.forEach((name, place) => {
        live.set(name, found[place] ?? EXACT_BOUND);
      });
    },
  });
  return outputs.map((name) => (name === "" ? undefined : (live.get(name) ?? EXACT_BOUND)));
}

/** The bounds of the outputs of a graph that takes all it needs from around it. */
function innerBounds(
  graph: GraphProto,
  { opsets, model }: { opsets: Opsets; model: RoundingModel },
  known: (name: string) => { value: Value; bound: Bound } | undefined,
): Bound[] {
  const program = compile(graph, opsets);
  const own = new Map<string, Bound>([...program.weights.keys()].map((name) => [name, EXACT_BOUND]));
  const boundOf = (name: string) => own.get(name) ?? known(name)?.bound ?? EXACT_BOUND;
  evaluate(
    program,
    [],
    {
      onStep(index, inputs, results, lookup) {
        const step = program.steps[index] as Step;
        const { node, opset } = step;
        const names = namesAround(node, lookup);
        const found = boundsOfNode({
          ...{ node, index, opset, outputs: results, model },
          inputs: [...inputs, ...names.map(lookup)],
          bounds: [...node.input, ...names].map(boundOf),
          around: { names, opsets },
          run: (others) =>
            execute(step, others.slice(0, inputs.length), overlaid(names, others, inputs.length)),
        });
        node.output.forEach((name, place) => {
          own.set(name, found[place] ?? EXACT_BOUND);
        });
        for (const name of program.frees[index] ?? []) own.delete(name);
      },
    },
    (name) => known(name)?.value,
  );
  return program.outputNames.map(boundOf);
}

/** What a node's inner graphs take from around it. */
export function namesAround(node: NodeProto, lookup: Lookup): string[] {
  return [...new Set(capturedNames(node))].filter((name) => lookup(name) !== undefined);
}

/** What is around a node, where the values behind its own inputs are others. */
export function overlaid(
  names: readonly string[],
  values: readonly (Value | undefined)[],
  own: number,
): Lookup {
  const given = new Map(names.map((name, i) => [name, values[own + i]]));
  return (name) => given.get(name);
}

/** Where the type may have infinity already, what follows cannot be bounded. The errors, which are overwritten. */
function overflowing({ dtype, data }: Value, errors: Errors): Errors {
  const most = largestOf(dtype);
  if (!errors || most === Number.POSITIVE_INFINITY) return errors;
  const floats = data as Float64Array;
  for (let i = 0; i < errors.length; i++) {
    const y = Math.abs(floats[i] as number);
    if (y !== Number.POSITIVE_INFINITY && y + (errors[i] as number) > most)
      errors[i] = Number.POSITIVE_INFINITY;
  }
  return errors;
}

/** The origin of the input whose errors are the largest for its size. */
function dominant(inputs: readonly (Value | undefined)[], bounds: readonly Bound[]): Origin | null {
  let most = 0;
  let origin: Origin | null = null;
  bounds.forEach((bound, position) => {
    const data = inputs[position]?.data;
    if (!bound.errors || !data) return;
    const share = largest(bound.errors) / (largestMagnitude(data) || 1);
    if (share >= most) [most, origin] = [share, bound.origin];
  });
  return origin;
}

/** NaN where an element is. */
function largestMagnitude(data: ValueData): number {
  let most = 0;
  if (data instanceof Float64Array) {
    for (let i = 0; i < data.length; i++) most = Math.max(most, Math.abs(data[i] as number));
    return most;
  }
  for (let i = 0; i < data.length; i++) most = Math.max(most, Math.abs(numberAt(data, i)));
  return most;
}
