/** The smallest model with the fewest samples that still fails. */
import { CongruentError, rows } from "@congruent/core";
import type { Bisect, BisectNode } from "@congruent/core/schemas";
import {
  changed,
  type GraphNode,
  indexGraph,
  type ModelProto,
  modelInterface,
  topologicalOrder,
} from "@congruent/onnx";
import { type Agreement, type Expected, type Oracle, tensorsOf, valuesOf } from "../bisect/oracle.js";
import { partOf } from "../bisect/part.js";
import type { PartRunner } from "../bisect/part-runner.js";
import type { Tensors } from "../runner.js";

/** A model that fails by itself. */
export interface Failing {
  model: ModelProto;
  nodes: readonly BisectNode[];
  inputs: Tensors;
  output: string;
  expected: Expected;
  /** How wrong the runtime's value is; null where it breaks instead. */
  agreement: Agreement | null;
  /** How it breaks; null where it gives a value. */
  broken: { code: string; what: string } | null;
}

interface Culprit {
  nodes: readonly BisectNode[];
  output: string | null;
  /** The worst sample. */
  sample: number;
}

/**
 * @param feeds the samples that the bisect looked at
 * @throws CongruentError `E_REPRO` where the bisect names no node, or what it names does not fail by itself
 */
export async function smallestFailing(
  partRunner: PartRunner,
  oracle: Oracle,
  model: ModelProto,
  feeds: Tensors,
  found: Bisect,
): Promise<Failing> {
  const culprits = culpritsOf(found);
  for (const culprit of culprits) {
    const failing = await failingPart(partRunner, oracle, model, feeds, culprit);
    if (failing) return failing;
  }
  const names = culprits.map(({ nodes }) => nodes.map(({ node }) => node).join(" … "));
  throw new CongruentError({
    code: "E_REPRO",
    what:
      names.length === 0
        ? "there is nothing to reproduce: the bisect names no node"
        : `cut out and fed with the right values, none of these fails: ${names.join(", ")}`,
    expected: "a part of the model that fails by itself",
    exit: 1,
  });
}

/** Parts that may be at fault, the nearest to the beginning of the divergence first. */
function culpritsOf({ cumulative, isolated, hidden }: Bisect): Culprit[] {
  const first = cumulative?.first;
  const alone = (isolated?.wrong ?? []).toSorted(
    (a, b) => Number(b.index === first?.index) - Number(a.index === first?.index),
  );
  return [
    ...alone.map((each) => ({ nodes: [each], output: each.output, sample: each.at?.[0] ?? 0 })),
    ...hidden.map(({ nodes, finding }) => ({ nodes, output: finding.output, sample: finding.at?.[0] ?? 0 })),
    ...(isolated?.broken ?? []).map((each) => ({ nodes: [each], output: null, sample: 0 })),
  ];
}

async function failingPart(
  partRunner: PartRunner,
  oracle: Oracle,
  model: ModelProto,
  feeds: Tensors,
  culprit: Culprit,
): Promise<Failing | null> {
  const index = indexGraph(model);
  const nodes = topologicalOrder(index).filter((node) =>
    culprit.nodes.some((named) => named.index === node.index),
  );
  const output = culprit.output ?? nodes.at(-1)?.writes[0];
  if (output === undefined) return null;
  const given = { ...feeds, ...(await tensorsOf(oracle, model, feeds, readFromOutside(nodes))) };
  for (const inputs of [oneSample(given, culprit.sample), given]) {
    if (!inputs) continue;
    const part: ModelProto = changed(partOf(model, nodes, inputs, [output]), { metadataProps: [] });
    const names = modelInterface(part).inputs.map(({ name }) => name);
    const fed = Object.fromEntries(Object.entries(inputs).filter(([name]) => names.includes(name)));
    const expected = (await valuesOf(oracle, part, fed, [output])).get(output);
    if (!expected) return null;
    const ran = await partRunner.attempt(part, fed);
    const observed = ran.outputs?.[output];
    const agreement = observed ? expected.judge(observed) : null;
    if (agreement?.within) continue;
    const broken = ran.broken ?? null;
    return { model: part, nodes: culprit.nodes, inputs: fed, output, expected, agreement, broken };
  }
  return null;
}

function readFromOutside(nodes: readonly GraphNode[]): Set<string> {
  const own = new Set(nodes.flatMap(({ writes }) => writes));
  return new Set(nodes.flatMap(({ reads }) => reads).filter((name) => !own.has(name)));
}

/** One row of every input; null where they do not have the same number of several rows. */
function oneSample(tensors: Tensors, sample: number): Tensors | null {
  const counts = new Set(Object.values(tensors).map(({ dims }) => dims[0] ?? 0));
  const [count = 0] = counts;
  if (counts.size !== 1 || count <= 1 || sample >= count) return null;
  return Object.fromEntries(
    Object.entries(tensors).map(([name, value]) => [name, rows(value, sample, sample + 1)]),
  );
}
