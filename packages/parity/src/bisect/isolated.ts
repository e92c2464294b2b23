/** Every node by itself: fed with the right values, rounded to their types, so that no node shows the errors of another. */
import type { Tensor } from "@congruent/core";
import type { Bisect } from "@congruent/core/schemas";
import { type GraphNode, isolate, type KnownTypes, type ModelProto, modelInterface } from "@congruent/onnx";
import type { Tensors } from "../runner.js";
import { crosses } from "./crosses.js";
import { Cuts, halving } from "./cut.js";
import { describeNode, finding, noBound, spread } from "./findings.js";
import type { Oracle, Step } from "./oracle.js";
import { partOf } from "./part.js";
import type { PartRunner } from "./part-runner.js";

export type IsolatedResult = NonNullable<Bisect["isolated"]>;

interface Item {
  node: GraphNode;
  /** Its inputs and outputs, as far as they are needed to feed nodes and to declare types. */
  inputs: Tensors;
  types: KnownTypes;
}

/** Collects nodes with their inputs until they fill a cut, then runs them side by side in one model. */
export class Isolated {
  readonly #cuts: Cuts<Item>;
  readonly #result: Omit<IsolatedResult, "cuts"> = {
    wrong: [],
    broken: [],
    unseen: [],
    nodes: 0,
    values: [],
  };

  constructor(
    private readonly partRunner: PartRunner,
    private readonly oracle: Oracle,
    private readonly model: ModelProto,
    limit: number,
  ) {
    this.#cuts = new Cuts(limit, (items) => this.#compare(items));
  }

  get largestCut(): number {
    return this.#cuts.largest;
  }

  async add({ node, inputs, outputs }: Step): Promise<void> {
    this.#result.nodes++;
    // A Constant node computes nothing: it stays where it is, as weights do.
    if (node.proto.opType === "Constant") return;
    const strange = [...inputs, ...outputs].find(([, { dtype }]) => !crosses(dtype));
    if (strange) {
      const [name, { dtype }] = strange;
      this.#result.unseen.push({ ...describeNode(node), why: `${name} is ${dtype}` });
      return;
    }
    const tensors: Tensors = {};
    const types: Record<string, Pick<Tensor, "dtype" | "dims">> = {};
    let bytes = 0;
    for (const [name, value] of inputs) {
      const tensor = value.tensor();
      if (!tensor) continue;
      tensors[name] = tensor;
      types[name] = tensor;
      bytes += tensor.data.byteLength;
    }
    // Right value, bound and the runtime's value of each output.
    for (const value of outputs.values()) bytes += 2 * value.bytes;
    await this.#cuts.add({ node, inputs: tensors, types }, bytes, `the node ${node.name}`);
  }

  async finish(): Promise<IsolatedResult> {
    await this.#cuts.finish();
    return { ...this.#result, cuts: this.#cuts.count };
  }

  async #compare(items: readonly Item[]): Promise<void> {
    const broken = await halving(items, async (part) => {
      const { model, feeds, nodes } = sideBySide(this.model, part);
      const ran = await this.partRunner.attempt(model, feeds);
      if (ran.broken) return ran.broken;
      await this.oracle.walk(model, feeds, ({ outputs }) => {
        for (const [output, value] of outputs) {
          const node = nodes.get(output);
          const observed = ran.outputs[output];
          if (!node || !observed) continue;
          const agreement = value.judge(observed);
          this.#result.values.push(...spread(node, output, value, observed, agreement));
          if (agreement.silent) {
            this.#result.unseen.push({ ...describeNode(node), why: noBound(output) });
          }
          if (!agreement.within) this.#result.wrong.push(finding(node, output, value, agreement));
        }
      });
      return null;
    });
    for (const { item, broken: how } of broken) {
      this.#result.broken.push({ ...describeNode(item.node), ...how });
    }
  }
}

/** Some nodes of a model in one model, each reading inputs alone. */
function sideBySide(
  source: ModelProto,
  items: readonly Item[],
): { model: ModelProto; feeds: Tensors; nodes: Map<string, GraphNode> } {
  const values: Tensors = Object.assign({}, ...items.map(({ inputs }) => inputs));
  const types: KnownTypes = Object.assign({}, ...items.map((item) => item.types));
  const { model, given } = isolate(
    partOf(
      source,
      items.map(({ node }) => node),
      types,
    ),
    types,
  );
  const feeds = Object.fromEntries(
    modelInterface(model).inputs.flatMap(({ name }): [string, Tensor][] => {
      const value = values[given[name] ?? name];
      return value ? [[name, value]] : [];
    }),
  );
  const nodes = new Map(
    items.flatMap(({ node }) => node.writes.map((name): [string, GraphNode] => [name, node])),
  );
  return { model, feeds, nodes };
}
