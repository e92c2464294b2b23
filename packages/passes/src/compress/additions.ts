/** What a format adds to a graph: weights, and nodes before those that read what they make. */
import { changed, type GraphProto, makeTensor, type NodeProto, type TensorProto } from "@congruent/onnx";
import { toTensor, type Value } from "@congruent/reference";
import type { Scope } from "../scope.js";

export class Additions {
  readonly #weights: TensorProto[] = [];
  readonly #made = new Map<string, string>();
  readonly nodes: NodeProto[] = [];

  constructor(readonly scope: Scope) {}

  fresh(wish: string): string {
    return this.scope.facts.fresh(wish);
  }

  /** A weight under a new name. */
  add(wish: string, value: Value): string {
    const name = this.fresh(wish);
    this.#weights.push(makeTensor(name, toTensor(value)));
    return name;
  }

  /** A weight of a type that tensors do not have. */
  addProto(wish: string, make: (name: string) => TensorProto): string {
    const name = this.fresh(wish);
    this.#weights.push(make(name));
    return name;
  }

  float(wish: string, data: ArrayLike<number>, dims: readonly number[]): string {
    return this.add(wish, { dtype: "float32", dims, data: Float64Array.from(data) });
  }

  bytes(wish: string, data: ArrayLike<number>, dims: readonly number[]): string {
    return this.add(wish, { dtype: "uint8", dims, data: Uint8Array.from(data) });
  }

  /** What is made once, however often it is asked for. */
  once(key: string, make: () => string): string {
    const name = this.#made.get(key) ?? make();
    this.#made.set(key, name);
    return name;
  }

  /** The graph with what was added, and with the nodes in the place of its own. */
  graph(nodes: readonly NodeProto[]): GraphProto {
    const { graph } = this.scope;
    return changed(graph, { node: [...nodes], initializer: [...graph.initializer, ...this.#weights] });
  }
}
