/** Faults that show only while no inner value is exposed, such as those of fused kernels. They are found by cutting parts out. */
import type { DType, Tensor } from "@congruent/core";
import type { Bisect } from "@congruent/core/schemas";
import {
  extract,
  type GraphNode,
  indexGraph,
  type KnownTypes,
  type ModelProto,
  modelInterface,
  topologicalOrder,
} from "@congruent/onnx";
import type { Tensors } from "../runner.js";
import { crosses } from "./crosses.js";
import { describeNode, finding } from "./findings.js";
import { type Agreement, type Expected, type Oracle, type Step, tensorsOf, valuesOf } from "./oracle.js";
import { partOf } from "./part.js";
import type { PartRunner } from "./part-runner.js";

export type HiddenFault = Bisect["hidden"][number];

export interface Search {
  partRunner: PartRunner;
  oracle: Oracle;
  model: ModelProto;
  feeds: Tensors;
}

interface Tried {
  value: Expected;
  agreement: Agreement;
}

/**
 * The smallest connected part that is wrong when nothing but its end is exposed. First it finds the shortest model that begins at the inputs
 * and is wrong at its end. Then it feeds in the right values and removes every node before that end that is not needed for the fault.
 *
 * @param wrong an output of the model that is wrong
 * @returns null where no part is wrong by itself
 */
export async function findHidden(search: Search, wrong: string): Promise<HiddenFault | null> {
  const before = nodesBefore(search.model, wrong);
  const end = await shortestWrong(search, before, wrong);
  if (end === null) return null;
  const tryPart = await partTrial(search, end);
  const { nodes, tried } = await shrink(connected(before, end), end, tryPart);
  const last = nodes.at(-1);
  if (!tried || !last) return null;
  return { nodes: nodes.map(describeNode), finding: finding(last, end, tried.value, tried.agreement) };
}

/** The nodes that a value depends on, in topological order. */
function nodesBefore(model: ModelProto, value: string): GraphNode[] {
  return connected(topologicalOrder(indexGraph(model)), value);
}

/** Those of some nodes, in topological order, on which `end` depends through these nodes alone. */
function connected(nodes: readonly GraphNode[], end: string): GraphNode[] {
  const needed = new Set([end]);
  const kept: GraphNode[] = [];
  for (const node of nodes.toReversed()) {
    if (!node.writes.some((name) => needed.has(name))) continue;
    for (const name of node.reads) needed.add(name);
    kept.unshift(node);
  }
  return kept;
}

/**
 * The value where the fault begins: the model that ends there, with nothing else exposed, is wrong, and the model that ends one node before
 * is right. Null if even the model that ends at `wrong` is right.
 */
async function shortestWrong(
  { partRunner, oracle, model, feeds }: Search,
  before: readonly GraphNode[],
  wrong: string,
): Promise<string | null> {
  const isWrong = async (output: string) => {
    const part = extract(model, { outputs: [output] });
    const given = feedsFor(part, feeds);
    const ran = await partRunner.attempt(part, given);
    const value = (await valuesOf(oracle, part, given, [output])).get(output);
    const observed = ran.outputs?.[output];
    return value !== undefined && observed !== undefined && !value.judge(observed).within;
  };
  const dtypes = new Map<string, string>();
  const note = ({ outputs }: Step) => {
    for (const [name, { dtype }] of outputs) dtypes.set(name, dtype);
  };
  await oracle.walk(model, feeds, note, { bounds: false });
  // Of a node with several outputs, the first that another node reads.
  const ends = before.flatMap((node) => {
    const end = node.writes.includes(wrong)
      ? wrong
      : node.writes.find((name) => before.some((other) => other.reads.includes(name)));
    return end !== undefined && crosses(dtypes.get(end) ?? "") ? [end] : [];
  });
  if (!(await isWrong(wrong))) return null;
  const at = await firstTrue(ends.length - 1, (index) => isWrong(ends[index] as string));
  return ends[at] as string;
}

/** Binary search: an index at which `test` holds while it does not hold one before. It holds at `last`. */
async function firstTrue(last: number, test: (index: number) => Promise<boolean>): Promise<number> {
  let [right, wrong] = [-1, last];
  while (wrong - right > 1) {
    const middle = Math.floor((right + wrong) / 2);
    if (await test(middle)) wrong = middle;
    else right = middle;
  }
  return wrong;
}

type PartTrial = (nodes: readonly GraphNode[]) => Promise<Tried | null>;

/** Tries a part with the right values fed in and nothing but its end exposed: how wrong it is, or null where it is right. */
async function partTrial({ partRunner, oracle, model, feeds }: Search, end: string): Promise<PartTrial> {
  const types: Record<string, KnownTypes[string]> = {};
  const note = ({ outputs }: Step) => {
    for (const [name, { dtype, dims }] of outputs) {
      if (crosses(dtype)) types[name] = { dtype: dtype as DType, dims };
    }
  };
  await oracle.walk(model, feeds, note, { bounds: false });
  return async (nodes) => {
    const part = partOf(model, nodes, types, [end]);
    const inner = modelInterface(part).inputs.filter(({ name }) => !Object.hasOwn(feeds, name));
    if (inner.some(({ name }) => !Object.hasOwn(types, name))) return null;
    const names = inner.map(({ name }) => name);
    const given = { ...feedsFor(part, feeds), ...(await tensorsOf(oracle, model, feeds, names)) };
    const ran = await partRunner.attempt(part, given);
    const value = (await valuesOf(oracle, part, given, [end])).get(end);
    const observed = ran.outputs?.[end];
    if (!value || !observed) return null;
    const agreement = value.judge(observed);
    return agreement.within ? null : { value, agreement };
  };
}

/** Leaves out what is not needed for the part to be wrong: first the early nodes together, then node by node. */
async function shrink(
  all: readonly GraphNode[],
  end: string,
  tryPart: PartTrial,
): Promise<{ nodes: readonly GraphNode[]; tried: Tried | null }> {
  let [nodes, tried] = [all, null as Tried | null];
  const take = async (fewer: readonly GraphNode[]) => {
    const found = await tryPart(fewer);
    if (found) [nodes, tried] = [fewer, found];
    return found !== null;
  };
  // The suffixes get shorter with the index: the first right one is searched.
  await firstTrue(all.length, async (index) => !(await take(connected(all.slice(index), end))));
  for (let index = 0; index < nodes.length - 1; ) {
    const without = connected(nodes.toSpliced(index, 1), end);
    // Nodes before the removed one may not be needed any more.
    if (without.length > 0 && (await take(without))) index = 0;
    else index++;
  }
  return { nodes, tried: tried ?? (await tryPart(nodes)) };
}

function feedsFor(part: ModelProto, feeds: Tensors): Tensors {
  return Object.fromEntries(
    modelInterface(part).inputs.flatMap(({ name }): [string, Tensor][] => {
      const feed = feeds[name];
      return feed ? [[name, feed]] : [];
    }),
  );
}
