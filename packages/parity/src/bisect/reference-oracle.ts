/** The fp64 reference with its error bounds as the oracle. */
import { sizeOf, type Tensor } from "@congruent/core";
import { type GraphNode, indexGraph, type ModelProto } from "@congruent/onnx";
import {
  type Bound,
  boundsOfNode,
  compareWithBound,
  EXACT_BOUND,
  fromProto,
  fromTensor,
  isFloat,
  runNode,
  toTensor,
  type Value,
} from "@congruent/reference";
import { crosses } from "./crosses.js";
import type { Agreement, Expected, Oracle } from "./oracle.js";
import { walkGraph } from "./walk-graph.js";

/** A value, and how far a correct runtime may be from it after all rounding since the inputs. */
interface Held {
  value: Value;
  bound: Bound;
}

/**
 * Values in double precision. Weights are decoded when their node is computed and freed after it: a large model needs the memory of its
 * widest node, not of all weights in doubles.
 */
export const referenceOracle: Oracle = {
  name: "reference",
  async walk(model, feeds, visit, { bounds = true } = {}) {
    const given = Object.entries(feeds).map(([name, feed]): [string, Held] => [
      name,
      { value: fromTensor(feed), bound: EXACT_BOUND },
    ]);
    await walkGraph(model, new Map(given), nodeOf(model, bounds), ({ node, inputs, outputs }) =>
      visit({ node, inputs: all(inputs), outputs: all(outputs) }),
    );
  },
};

type Compute = (node: GraphNode, inputs: ReadonlyMap<string, Held>) => Map<string, Held>;

function nodeOf(model: ModelProto, withBounds: boolean): Compute {
  const { weights } = indexGraph(model);
  const opsets = opsetsOf(model);
  return ({ proto, index, reads }, inputs) => {
    // Values that inner graphs read from the outer graph count as inputs: they have errors as well.
    const captured = reads.filter((name) => !proto.input.includes(name));
    const held = [...proto.input, ...captured].map((name): Held | undefined => {
      const weight = weights.get(name);
      return inputs.get(name) ?? (weight && { value: fromProto(weight), bound: EXACT_BOUND });
    });
    const values = held.map((each) => each?.value);
    const run = (others: readonly (Value | undefined)[]) => {
      const own = proto.input.length;
      const around = new Map(captured.map((name, i) => [name, others[own + i]]));
      return runNode(proto, others.slice(0, own), opsets, (name) => around.get(name));
    };
    const outputs = run(values);
    const bounds = withBounds
      ? boundsOfNode({
          node: proto,
          index,
          opset: opsets[standardName(proto.domain)] ?? 1,
          inputs: values,
          bounds: held.map((each) => each?.bound ?? EXACT_BOUND),
          around: { names: captured, opsets: new Map(Object.entries(opsets)) },
          outputs,
          run,
          model: "statistical",
        })
      : [];
    return new Map(
      proto.output.flatMap((name, position): [string, Held][] => {
        const value = outputs[position];
        return name === "" || !value ? [] : [[name, { value, bound: bounds[position] ?? EXACT_BOUND }]];
      }),
    );
  };
}

/** Versions of the operator sets by domain; the standard's is "". */
function opsetsOf({ opsetImport }: ModelProto): Record<string, number> {
  return Object.fromEntries(
    opsetImport.map(({ domain, version }) => [standardName(domain), Number(version)]),
  );
}

function standardName(domain: string): string {
  return domain === "ai.onnx" ? "" : domain;
}

function all(values: ReadonlyMap<string, Held>): Map<string, Expected> {
  return new Map([...values].map(([name, held]) => [name, expected(held)]));
}

function expected({ value, bound }: Held): Expected {
  const { dtype, dims, data } = value;
  const width = isFloat(dtype) || typeof data[0] === "bigint" ? 8 : 4;
  return {
    dtype,
    dims,
    tensor: () => (crosses(dtype) ? toTensor(value) : null),
    judge: (observed, begin, end) => agreement(observed, value, bound, begin, end),
    get largestBound() {
      return bound.errors?.reduce((most, error) => Math.max(most, error), 0) ?? 0;
    },
    bytes: data.length * (width + (bound.errors ? 8 : 0)),
  };
}

function agreement(
  observed: Tensor,
  value: Value,
  { errors, origin }: Bound,
  begin = 0,
  end = sizeOf(value.dims),
): Agreement {
  const whole = begin === 0 && end === value.data.length;
  const compared = whole
    ? compareWithBound(observed, value, errors)
    : compareWithBound(
        part(observed, begin, end),
        part(value, begin, end),
        errors?.subarray(begin, end) ?? null,
      );
  const { within, ratio, reason, worst, unbounded } = compared;
  const distance = worst && Math.abs(worst.observed - worst.expected);
  return {
    within,
    ratio,
    maxAbs: distance === null || !Number.isFinite(distance) ? (within ? 0 : null) : distance,
    bound: worst?.bound ?? 0,
    why: worst ? whyOf(origin) : (reason ?? whyOf(origin)),
    at: worst ? begin + worst.at : null,
    expected: worst?.expected ?? null,
    observed: worst?.observed ?? null,
    silent: unbounded > 0 && unbounded === end - begin,
  };
}

function whyOf(origin: Bound["origin"]): string {
  return origin ? `${origin.opType} ${origin.name}: ${origin.why}` : "nothing is rounded on the way to it";
}

function part<T extends Tensor | Value>(source: T, begin: number, end: number): T {
  return { ...source, dims: [end - begin], data: source.data.slice(begin, end) };
}
