/** Expressions that are looked for in a graph. */
import type { NodeFacts, NodeProto } from "@congruent/onnx";
import type { Scope } from "../scope.js";

export interface Found {
  /** What the names of a pattern stand for: values by their names in the graph. */
  values: Map<string, string>;
  /** Constants of one element. */
  numbers: Map<string, number>;
  /** The most axes that one of them has. */
  rank: number;
  nodes: NodeProto[];
}

/** Whether a value is such an expression; what is found goes into `found`. */
export type Pattern = (name: string, scope: Scope, found: Found) => boolean;

/** Any value; of one name it is one value everywhere in a pattern. */
export function value(key: string): Pattern {
  return (name, _, { values }) => {
    const known = values.get(key);
    if (known !== undefined) return known === name;
    values.set(key, name);
    return true;
  };
}

/** A constant of one element: the float32 nearest to a number, or any one by a name. */
export function number(wanted: number | string): Pattern {
  return (name, scope, found) => {
    const constant = scope.constant(name);
    if (constant?.dtype !== "float32" || constant.data.length !== 1) return false;
    const given = constant.data[0] as number;
    found.rank = Math.max(found.rank, constant.dims.length);
    if (typeof wanted === "number") return given === Math.fround(wanted);
    const known = found.numbers.get(wanted);
    found.numbers.set(wanted, given);
    return known === undefined || known === given;
  };
}

/** A constant, by name. */
export function constant(key: string): Pattern {
  const any = value(key);
  return (name, scope, found) => scope.constantProto(name) !== undefined && any(name, scope, found);
}

const COMMUTATIVE = new Set(["Add", "Mul", "Max", "Min"]);

/** A node of an operator on such inputs, in either order where that is one. */
export function node(
  operator: string,
  inputs: readonly Pattern[],
  holds: (facts: NodeFacts, scope: Scope, node: NodeProto) => boolean = () => true,
): Pattern {
  return (name, scope, found) => {
    const made = scope.index.producerOf.get(name)?.proto;
    if (!made || scope.operator(made) !== operator || made.output[0] !== name) return false;
    if (!holds(scope.factsOf(made), scope, made)) return false;
    const orders =
      COMMUTATIVE.has(operator) && inputs.length === 2 ? [inputs, inputs.toReversed()] : [inputs];
    for (const order of orders) {
      const trial = copyOf(found);
      trial.nodes.push(made);
      const fits = order.every(
        (pattern, i) => made.input[i] !== undefined && pattern(made.input[i], scope, trial),
      );
      if (!fits) continue;
      Object.assign(found, trial);
      return true;
    }
    return false;
  };
}

export function either(...patterns: readonly Pattern[]): Pattern {
  return (name, scope, found) =>
    patterns.some((pattern) => {
      const trial = copyOf(found);
      if (!pattern(name, scope, trial)) return false;
      Object.assign(found, trial);
      return true;
    });
}

export function nothingFound(): Found {
  return { values: new Map(), numbers: new Map(), rank: 0, nodes: [] };
}

function copyOf({ values, numbers, rank, nodes }: Found): Found {
  return { values: new Map(values), numbers: new Map(numbers), rank, nodes: [...nodes] };
}
