/** The fp64 reference as the truth. */
import { DTYPES } from "@congruent/core";
import { type GraphNode, indexGraph, type ModelProto, makeGraph, makeModel } from "@congruent/onnx";
import { fromProto, fromTensor, isFloat, runNode, toTensor, type Value } from "@congruent/reference";
import { type Arithmetic, arithmeticOf, toleranceOf } from "../tolerances.js";
import { judge } from "./compare-values.js";
import type { Expected, Truth } from "./truth.js";
import { walkGraph } from "./walk-graph.js";

/** A value with what has been rounded on the way to it. */
interface Held {
  value: Value;
  arithmetic: Arithmetic;
}

/**
 * Values in double precision. Weights are decoded when their node is computed and let go after it: a large model takes the memory of its
 * widest node here, not of all weights in doubles.
 */
export const referenceTruth: Truth = {
  name: "reference",
  async walk(model, feeds, visit) {
    const { weights } = indexGraph(model);
    const opsets = opsetsOf(model);
    const given = Object.entries(feeds).map(([name, feed]): [string, Held] => [
      name,
      { value: fromTensor(feed), arithmetic: { reductions: 0, terms: 1 } },
    ]);
    const compute = (node: GraphNode, inputs: ReadonlyMap<string, Held>) => {
      const known = (name: string): Value | undefined => {
        const weight = weights.get(name);
        return inputs.get(name)?.value ?? (weight && fromProto(weight));
      };
      const made = runNode(
        node.proto,
        node.proto.input.map((name) => (name === "" ? undefined : known(name))),
        opsets,
      );
      const arithmetic = joined(node, inputs, model);
      return new Map(
        node.proto.output.flatMap((name, place): [string, Held][] => {
          const value = made[place];
          return name === "" || !value ? [] : [[name, { value, arithmetic }]];
        }),
      );
    };
    await walkGraph(model, new Map(given), compute, ({ node, inputs, outputs }) =>
      visit({ node, inputs: all(inputs), outputs: all(outputs) }),
    );
  },
};

function all(values: ReadonlyMap<string, Held>): Map<string, Expected> {
  return new Map([...values].map(([name, held]) => [name, expected(held)]));
}

function expected({ value, arithmetic }: Held): Expected {
  const { dtype, dims, data } = value;
  const allowance = () => {
    let scale = 0;
    for (const each of data) {
      const magnitude = Math.abs(Number(each));
      if (Number.isFinite(magnitude) && magnitude > scale) scale = magnitude;
    }
    return toleranceOf(dtype, scale, arithmetic);
  };
  return {
    dtype,
    dims,
    tensor: () => ((DTYPES as readonly string[]).includes(dtype) ? toTensor(value) : null),
    judge: (observed, begin, end) =>
      judge(value, (at) => Number(data[at]), observed, allowance(), begin, end),
    bytes: data.length * (isFloat(dtype) ? 8 : 4),
  };
}

function joined(node: GraphNode, inputs: ReadonlyMap<string, Held>, model: ModelProto): Arithmetic {
  const own = arithmeticOf(makeModel(makeGraph([node.proto], "", [], [], model.graph?.initializer ?? [])));
  const before = [...inputs.values()].map(({ arithmetic }) => arithmetic);
  return {
    reductions: own.reductions + Math.max(0, ...before.map(({ reductions }) => reductions)),
    terms: Math.max(own.terms, ...before.map(({ terms }) => terms)),
  };
}

/** Versions of the operator sets by domain; the standard's is "". */
function opsetsOf({ opsetImport }: ModelProto): Record<string, number> {
  return Object.fromEntries(
    opsetImport.map(({ domain, version }) => [domain === "ai.onnx" ? "" : domain, Number(version)]),
  );
}
