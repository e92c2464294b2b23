/** Graphs grown at random, whose shapes are known all along. */
import { sizeOf, type Tensor, tensor } from "@congruent/core";
import {
  type AttributeValue,
  changed,
  type ModelProto,
  makeGraph,
  makeModel,
  makeNode,
  makeTensor,
  makeTensorValueInfo,
  type NodeProto,
  type TensorProto,
} from "@congruent/onnx";
import { seededNumbers } from "@congruent/onnx/testing";
import fc from "fast-check";

export interface DraftValue {
  name: string;
  dims: readonly number[];
}

export class Draft {
  readonly nodes: NodeProto[] = [];
  readonly weights: TensorProto[] = [];
  readonly values: DraftValue[] = [];
  readonly #next: () => number;

  constructor(
    seed: number,
    readonly inputs: readonly DraftValue[],
  ) {
    this.#next = seededNumbers(seed);
    this.values.push(...inputs);
  }

  /** One of the newest values, by a number of any size. */
  pick(choice: number): DraftValue {
    const newest = this.values.slice(-6);
    return newest[choice % newest.length] as DraftValue;
  }

  /** Quarters from −2 to 2: many of them can be added exactly. */
  weight(dims: readonly number[]): string {
    const data = Float32Array.from({ length: sizeOf(dims) }, () => Math.round(this.#next() * 8) / 4);
    return this.constant(tensor("float32", data, dims));
  }

  constant(value: Tensor): string {
    const name = `w${this.weights.length}`;
    this.weights.push(makeTensor(name, value));
    return name;
  }

  list(...list: readonly number[]): string {
    return this.constant(tensor("int64", BigInt64Array.from(list, BigInt), [list.length]));
  }

  /** Adds a node with one output; its value may be picked from then on. */
  add(
    opType: string,
    inputs: readonly string[],
    dims: readonly number[],
    attributes: Record<string, AttributeValue> = {},
  ): DraftValue {
    const made = { name: `v${this.nodes.length}`, dims };
    this.nodes.push(
      makeNode(opType, [...inputs], [made.name], { attributes, name: `n${this.nodes.length}` }),
    );
    this.values.push(made);
    return made;
  }

  /** A node like another one, with values of its own. */
  repeat(node: NodeProto, dims: readonly number[]): void {
    const made = { name: `v${this.nodes.length}`, dims };
    this.nodes.push(changed(node, { output: [made.name], name: `n${this.nodes.length}` }));
    this.values.push(made);
  }

  /** The model, with the newest values and some earlier ones as its outputs. */
  model(outputs: readonly number[], opset = 18): ModelProto {
    const made = this.values.slice(this.inputs.length);
    const chosen = new Set([
      made.at(-1),
      ...outputs.map((choice) => made[choice % Math.max(1, made.length)]),
    ]);
    const declared = [...chosen].filter((value) => value !== undefined);
    const info = ({ name, dims }: DraftValue) => makeTensorValueInfo(name, "float32", dims);
    return makeModel(
      makeGraph(this.nodes, "random", this.inputs.map(info), declared.map(info), this.weights),
      { opset },
    );
  }
}

/** What a random graph grows by; the numbers choose among what there is. */
export type Step = (draft: Draft, a: number, b: number) => void;

export interface Grown {
  model: ModelProto;
  feeds: Record<string, Tensor>;
}

/**
 * Graphs of these steps on inputs of these shapes; feeds are quarters. A graph shrinks by losing steps.
 */
export function grownGraphs(
  steps: readonly Step[],
  dims: readonly (readonly number[])[],
  { most = 14, opset = 18 }: { most?: number; opset?: number } = {},
): fc.Arbitrary<Grown> {
  const choice = fc.tuple(fc.nat(steps.length - 1), fc.nat(1000), fc.nat(1000));
  return fc
    .tuple(
      fc.array(choice, { minLength: 1, maxLength: most }),
      fc.array(fc.nat(1000), { maxLength: 2 }),
      fc.nat(1000),
    )
    .map(([choices, outputs, seed]) => {
      const inputs = dims.map((each, i) => ({ name: `x${i}`, dims: each }));
      const draft = new Draft(seed, inputs);
      for (const [step, a, b] of choices) steps[step]?.(draft, a, b);
      if (draft.nodes.length === 0) draft.add("Relu", ["x0"], dims[0] ?? []);
      const next = seededNumbers(seed + 1);
      const feeds = Object.fromEntries(
        inputs.map(({ name, dims: each }) => [
          name,
          tensor(
            "float32",
            Float32Array.from({ length: sizeOf(each) }, () => Math.round(next() * 16) / 4),
            each,
          ),
        ]),
      );
      return { model: draft.model(outputs, opset), feeds };
    });
}
