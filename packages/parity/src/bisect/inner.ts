/** Faults inside the graphs that If, Loop and Scan hold: each graph is a model of its own, run on right values round by round. */
import type { Bisect, BisectFinding, InnerFault } from "@congruent/core/schemas";
import { type GraphNode, indexGraph, type ModelProto } from "@congruent/onnx";
import type { Tensors } from "../runner.js";
import { bodyRounds, holdsGraphs } from "./body-rounds.js";
import { type Oracle, tensorsOf } from "./oracle.js";

export interface InnerSearch {
  oracle: Oracle;
  model: ModelProto;
  feeds: Tensors;
  /** Positions of the nodes to look into. */
  guilty: ReadonlySet<number>;
  /** A bisect of a graph on its inputs, with all that the bisect of the model has. */
  bisect(model: ModelProto, feeds: Tensors): Promise<Bisect>;
}

/** Rounds of one node that are looked at: a fault of a kernel shows in the first ones. */
const MOST_ROUNDS = 16;
const MOST_NODES = 4;

/**
 * Looks into guilty nodes that hold graphs, to any depth. Nodes without are left out.
 *
 * @returns for each node the first round that is wrong by itself, with the node inside that makes it so; or that every round is right
 */
export async function findInside({
  oracle,
  model,
  feeds,
  guilty,
  bisect,
}: InnerSearch): Promise<InnerFault[]> {
  const nodes = indexGraph(model)
    .nodes.filter((node) => guilty.has(node.index) && holdsGraphs(node))
    .slice(0, MOST_NODES);
  if (nodes.length === 0) return [];
  const wanted = nodes.flatMap(({ reads }) => reads).filter((name) => !Object.hasOwn(feeds, name));
  const values = { ...feeds, ...(await tensorsOf(oracle, model, feeds, wanted)) };
  const found: InnerFault[] = [];
  for (const node of nodes) found.push(...(await inNode(oracle, model, node, values, bisect)));
  return found;
}

async function inNode(
  oracle: Oracle,
  model: ModelProto,
  node: GraphNode,
  values: Tensors,
  bisect: InnerSearch["bisect"],
): Promise<InnerFault[]> {
  const own = Object.fromEntries(Object.entries(values).filter(([name]) => node.reads.includes(name)));
  let [rounds, body] = [0, "body"];
  for await (const round of bodyRounds(oracle, model, node, own)) {
    if (rounds === MOST_ROUNDS) break;
    rounds++;
    body = round.body;
    const result = await bisect(round.model, round.feeds);
    if (isRight(result)) continue;
    const step = `${node.name}/${round.body}${round.round === null ? "" : `, round ${round.round}`}`;
    return faultsIn(result, step);
  }
  const right = rounds === 1 ? "the graph is" : `each of ${rounds} rounds is`;
  const said =
    rounds === 0
      ? "its graph could not be run by itself, as not all of its inputs can be handed out"
      : `${right} right when run by itself on right values: the fault is in how the runtime runs the node as a whole`;
  return [{ path: [`${node.name}/${body}`], first: null, mode: null, broken: null, said }];
}

function isRight({ final, broken, cumulative, isolated }: Bisect): boolean {
  const clean = (cumulative?.roots.length ?? 0) === 0 && (isolated?.wrong.length ?? 0) === 0;
  return broken === null && final?.length === 0 && clean && (isolated?.broken.length ?? 0) === 0;
}

/** What a bisect of an inner graph says, seen from outside. */
function faultsIn(result: Bisect, step: string): InnerFault[] {
  const deeper = (result.inner ?? []).filter(({ first, broken }) => first !== null || broken !== null);
  if (deeper.length > 0) return deeper.map((fault) => ({ ...fault, path: [step, ...fault.path] }));
  const tell = (first: BisectFinding | null, mode: InnerFault["mode"], said: string): InnerFault[] => [
    { path: [step], first, mode, broken: null, said },
  ];
  const [alone] = result.isolated?.wrong ?? [];
  const first = result.cumulative?.first;
  if (first) {
    const also = result.isolated?.wrong.some(({ index }) => index === first.index);
    return tell(
      first,
      "cumulative",
      also ? "it is wrong by itself too" : "fed with right values it is right by itself",
    );
  }
  const [hidden] = result.hidden;
  if (hidden) {
    const nodes = hidden.nodes.map(({ node }) => node).join(" → ");
    return tell(hidden.finding, "part", `${nodes}: wrong only while nothing inside is exposed`);
  }
  if (alone) return tell(alone, "isolated", "it is wrong by itself");
  const [broken] = result.isolated?.broken ?? [];
  if (broken)
    return [{ path: [step], first: null, mode: null, broken, said: "it breaks the runtime by itself" }];
  return tell(null, null, "the graph is wrong by itself, and no part of it shows why");
}
