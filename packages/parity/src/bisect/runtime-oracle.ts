/** A runtime's own values with nothing rewritten as the oracle, for models that the reference cannot compute. */
import { CongruentError, numbersOf, runtimeId, sizeOf, type Tensor } from "@congruent/core";
import { expose, type GraphNode, indexGraph, type ModelProto, topologicalOrder } from "@congruent/onnx";
import type { Runner, Tensors } from "../runner.js";
import { crosses } from "./crosses.js";
import { halving } from "./cut.js";
import type { Agreement, Expected, Oracle } from "./oracle.js";
import { type BisectJob, type PartRunner, withPartRunner } from "./part-runner.js";
import { type Rounding, roundingOf } from "./rounding.js";

/** How the oracle runs: each node by its own kernel, and sums always in the same order. */
const PLAIN = { optimization: "disabled", threads: 1 } as const;

/** Nodes of one run: so many values are held at a time. */
const NODES = 100;

/**
 * The values of a runtime at optimization `disabled`, where each node is computed by itself: what a fusion or another rewriting breaks is
 * right there. How far another runtime may be off is estimated from each node's sums (`roundingOf`).
 *
 * Values that cannot be handed out (sequences, strings, 4-bit integers) count as not seen.
 *
 * @param job the time limit and other options that its runs share
 */
export function runtimeOracle(runner: Runner, job: BisectJob): Oracle {
  const plain = { ...job, ...PLAIN, session: undefined, onnxruntime: undefined };
  return {
    name: `${runtimeId(runner)} at optimization ${PLAIN.optimization}`,
    walk: (model, feeds, visit, { bounds = true } = {}) =>
      withPartRunner(runner, plain, async (partRunner) => {
        const index = indexGraph(model);
        const order = topologicalOrder(index);
        const weights = new Map(
          [...index.weights].map(([name, { dims }]) => [name, sizeOf(dims.map(Number))]),
        );
        const lastReader = new Map<string, GraphNode>();
        for (const node of order) for (const name of node.reads) lastReader.set(name, node);
        const live = new Map<string, Known>(
          Object.entries(feeds).map(([name, value]) => [name, known(value, EXACT, bounds)]),
        );
        for (let at = 0; at < order.length; at += NODES) {
          const group = order.slice(at, at + NODES);
          const given = await compute(partRunner, model, feeds, group, index.constants);
          for (const node of group) {
            const inputs = new Map<string, Known>();
            for (const name of node.reads) {
              const value = live.get(name);
              if (value) inputs.set(name, value);
            }
            const outputs = new Map<string, Known>();
            for (const name of node.writes) {
              if (index.constants.has(name)) continue;
              const value = given.get(name);
              const rounding = value ? roundingOf(node.proto, value, operands(node, inputs, weights)) : EXACT;
              outputs.set(name, value ? known(value, rounding, bounds) : unseen());
            }
            for (const [name, value] of outputs) if (lastReader.has(name)) live.set(name, value);
            for (const name of node.reads) if (lastReader.get(name) === node) live.delete(name);
            await visit({ node, inputs, outputs });
          }
        }
      }),
  };
}

type Known = Expected & { rounding: Rounding; value: Tensor | null };

const EXACT: Rounding = { error: 0, why: "nothing is rounded on the way to it" };

function operands(
  { proto }: GraphNode,
  inputs: ReadonlyMap<string, Known>,
  weights: ReadonlyMap<string, number>,
) {
  return proto.input.map((name) => {
    const input = inputs.get(name);
    return {
      size: input ? sizeOf(input.dims) : (weights.get(name) ?? 0),
      value: input?.value ?? null,
      error: input?.rounding.error ?? 0,
    };
  });
}

/** The values that some nodes make, as far as the runtime hands them out. */
async function compute(
  partRunner: PartRunner,
  model: ModelProto,
  feeds: Tensors,
  group: readonly GraphNode[],
  constants: ReadonlySet<string>,
): Promise<Map<string, Tensor>> {
  const values = new Map<string, Tensor>();
  const names = group.flatMap(({ writes }) => writes).filter((name) => !constants.has(name));
  if (names.length === 0) return values;
  const broken = await halving(names, async (part) => {
    const ran = await partRunner.attempt(expose(model, part), feeds);
    if (ran.broken) return ran.broken;
    for (const name of part) {
      const value = ran.outputs[name];
      if (value && crosses(value.dtype)) values.set(name, value);
    }
    return null;
  });
  const [first] = broken;
  if (values.size > 0 || !first) return values;
  // A value may be of a type that is not handed out; a model that cannot be run at all is told by its own outputs.
  const ran = await partRunner.attempt(model, feeds);
  if (!ran.broken) return values;
  throw new CongruentError({
    code: "E_ORACLE",
    what: `it does not run the model at optimization ${PLAIN.optimization} either: ${ran.broken.what}`,
    exit: 1,
  });
}

function unseen(): Known {
  return {
    dtype: "of a type that is not handed out",
    dims: [],
    tensor: () => null,
    judge: () => ({ ...RIGHT, silent: true }),
    largestBound: 0,
    bytes: 0,
    rounding: { error: Number.POSITIVE_INFINITY, why: "it was not seen" },
    value: null,
  };
}

const RIGHT: Agreement = {
  within: true,
  ratio: 0,
  maxAbs: 0,
  bound: 0,
  why: "",
  at: null,
  expected: null,
  observed: null,
  silent: false,
};

function known(value: Tensor, rounding: Rounding, bounds: boolean): Known {
  const allowed = bounds ? rounding : EXACT;
  return {
    dtype: value.dtype,
    dims: value.dims,
    tensor: () => value,
    judge: (observed, begin, end) => agreement(observed, value, allowed, begin, end),
    largestBound: allowed.error,
    bytes: value.data.byteLength,
    rounding,
    value,
  };
}

/** @param begin first element to compare */
function agreement(
  observed: Tensor,
  expected: Tensor,
  { error: bound, why }: Rounding,
  begin = 0,
  end = sizeOf(expected.dims),
): Agreement {
  const other = { ...RIGHT, within: false, ratio: Number.POSITIVE_INFINITY, maxAbs: null, bound };
  if (observed.dtype !== expected.dtype || observed.dims.join() !== expected.dims.join()) {
    const said = ({ dtype, dims }: Tensor) => `${dtype} [${dims.join(", ")}]`;
    return { ...other, why: `${said(observed)} instead of ${said(expected)}` };
  }
  const [ours, theirs] = [numbersOf(expected), numbersOf(observed)];
  const silent = end > begin && bound === Number.POSITIVE_INFINITY;
  let worst = { at: -1, distance: 0 };
  for (let at = begin; at < end; at++) {
    const [a, b] = [Number(ours[at]), Number(theirs[at])];
    if (Object.is(a, b) || a === b) continue;
    // One NaN, or infinities that differ.
    const apart = Number.isFinite(a) && Number.isFinite(b) ? Math.abs(a - b) : Number.POSITIVE_INFINITY;
    if (apart > worst.distance) worst = { at, distance: apart };
  }
  const { at, distance } = worst;
  if (at < 0) return { ...RIGHT, bound, why, silent };
  const within = distance <= bound;
  return {
    within,
    ratio: bound > 0 ? distance / bound : Number.POSITIVE_INFINITY,
    maxAbs: Number.isFinite(distance) ? distance : null,
    bound,
    why,
    at,
    expected: Number(ours[at]),
    observed: Number(theirs[at]),
    silent,
  };
}
