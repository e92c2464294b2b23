/** The runtime's own inner values compared with the right ones, cut by cut. */
import type { Bisect, BisectFinding, BisectValue } from "@congruent/core/schemas";
import { expose, type GraphNode, type ModelProto } from "@congruent/onnx";
import type { Tensors } from "../runner.js";
import { crosses } from "./crosses.js";
import { Cuts, halving } from "./cut.js";
import { describeNode, finding, noBound, spread } from "./findings.js";
import type { Expected, Step } from "./oracle.js";
import type { PartRunner } from "./part-runner.js";

export type CumulativeResult = NonNullable<Bisect["cumulative"]>;

interface Item {
  node: GraphNode;
  output: string;
  value: Expected;
}

/** What was found of one value: why it is wrong, why it was not seen, or neither. */
interface Outcome {
  node: GraphNode;
  output: string;
  wrong?: BisectFinding;
  unseen?: string;
}

/** Collects right values until they fill a cut, then asks the runtime for its own. */
export class Cumulative {
  readonly #cuts: Cuts<Item>;
  readonly #values: BisectValue[] = [];
  /** In the order of the walk. */
  readonly #outcomes = new Map<string, Outcome>();

  constructor(
    private readonly partRunner: PartRunner,
    private readonly model: ModelProto,
    private readonly feeds: Tensors,
    limit: number,
  ) {
    this.#cuts = new Cuts(limit, (items) => this.#compare(items));
  }

  get largestCut(): number {
    return this.#cuts.largest;
  }

  async add({ node, outputs }: Step): Promise<void> {
    for (const [output, value] of outputs) {
      this.#outcomes.set(output, { node, output });
      if (crosses(value.dtype)) {
        // Both the right value and the runtime's own are kept.
        await this.#cuts.add({ node, output, value }, 2 * value.bytes, `the node ${node.name}`);
      } else {
        this.#outcomes.set(output, { node, output, unseen: `its output ${output} is ${value.dtype}` });
      }
    }
  }

  async finish(): Promise<CumulativeResult> {
    await this.#cuts.finish();
    const outcomes = [...this.#outcomes.values()];
    const wrong = outcomes.flatMap((outcome) => outcome.wrong ?? []);
    const roots = rootsOf(outcomes);
    return {
      first: roots[0] ?? null,
      roots,
      wrong: new Set(wrong.map(({ index }) => index)).size,
      cuts: this.#cuts.count,
      unseen: outcomes.flatMap(({ node, unseen }) =>
        unseen === undefined ? [] : [{ ...describeNode(node), why: unseen }],
      ),
      values: this.#values,
    };
  }

  async #compare(items: readonly Item[]): Promise<void> {
    const broken = await halving(items, async (part) => {
      const model = expose(
        this.model,
        part.map(({ output }) => output),
      );
      const ran = await this.partRunner.attempt(model, this.feeds);
      if (ran.broken) return ran.broken;
      for (const item of part) this.#judge(item, ran.outputs[item.output]);
      return null;
    });
    for (const { item, broken: how } of broken) {
      const unseen = `the runtime breaks when ${item.output} is exposed: ${how.what}`;
      this.#outcomes.set(item.output, { node: item.node, output: item.output, unseen });
    }
  }

  #judge({ node, output, value }: Item, observed: Tensors[string] | undefined): void {
    if (!observed) {
      this.#outcomes.set(output, { node, output, unseen: `the runtime did not give ${output}` });
      return;
    }
    const agreement = value.judge(observed);
    this.#values.push(...spread(node, output, value, observed, agreement));
    if (agreement.silent) this.#outcomes.set(output, { node, output, unseen: noBound(output) });
    if (agreement.within) return;
    this.#outcomes.set(output, { node, output, wrong: finding(node, output, value, agreement) });
  }
}

/** The wrong values of nodes whose inputs are all right. A node that was not seen passes on whether its inputs are wrong. */
function rootsOf(outcomes: Iterable<Outcome>): BisectFinding[] {
  const tainted = new Set<string>();
  const roots = new Map<number, BisectFinding>();
  for (const { node, output, wrong, unseen } of outcomes) {
    const behind = node.reads.some((name) => tainted.has(name));
    if (wrong && !behind && !roots.has(node.index)) roots.set(node.index, wrong);
    if (wrong || (unseen !== undefined && behind)) tainted.add(output);
  }
  return [...roots.values()];
}
