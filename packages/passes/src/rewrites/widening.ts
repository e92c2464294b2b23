/** A value with further channels that nothing reads: zeros, or what its makers make of zeros. */
import { changed, type GraphNode, makeNode, type NodeProto } from "@congruent/onnx";
import type { Value, ValueData } from "@congruent/reference";
import { cameFrom } from "../provenance.js";
import type { Scope } from "../scope.js";
import { isPermutable, type NewWeights } from "../weights.js";

/** Operators that take each channel by itself, and make something finite of zeros. */
const BY_CHANNEL = new Set(
  "AveragePool Elu Gelu GlobalAveragePool GlobalMaxPool HardSigmoid HardSwish LeakyRelu MaxPool Mish Relu Selu Sigmoid Softplus Softsign Swish Tanh".split(
    " ",
  ),
);

export class Widening {
  /** Nodes to be put before the reader. */
  readonly added: NodeProto[] = [];
  /** Makers that have further channels now, by position. */
  readonly replaced = new Map<number, NodeProto>();

  constructor(
    readonly scope: Scope,
    readonly weights: NewWeights,
    /** How many channels more. */
    readonly extra: number,
    readonly reader: GraphNode,
  ) {}

  /** The name of the value with further channels: its makers give them where they can, else zeros are put beside it. */
  of(name: string): string {
    return this.#made(name) ?? this.padded(name, 1, this.scope.rank(this.reader.proto.input[1] ?? "") ?? 4);
  }

  /** A weight with zeros at the end of an axis: another constant where it is one. */
  weight(name: string, axis: number): string {
    const rank = this.scope.rank(name) as number;
    return padded(this.scope, this.weights, name, axis, this.extra) ?? this.padded(name, axis, rank);
  }

  /** The value with zeros at the end of an axis. */
  padded(name: string, axis: number, rank: number): string {
    const { scope, extra } = this;
    const made = scope.facts.fresh(`${name}/wide`);
    const pads = Array.from({ length: 2 * rank }, (_, i) => (i === rank + axis ? extra : 0));
    const own = { name: scope.facts.fresh(`${made}/Pad`) };
    const node =
      scope.opset < 11
        ? makeNode("Pad", [name], [made], { ...own, attributes: { pads: pads.map(BigInt) } })
        : makeNode("Pad", [name, this.weights.integers(`${made}/pads`, pads)], [made], own);
    this.added.push(cameFrom(node, [this.reader.proto]));
    return made;
  }

  /** The value by makers that are given further channels; null where one cannot be, and then none is. */
  #made(name: string): string | null {
    const { scope } = this;
    const maker = scope.index.producerOf.get(name);
    if (!maker || scope.isOutput(name) || scope.uses(name) !== 1) return null;
    const operator = scope.operator(maker.proto) ?? "";
    const input =
      operator === "Conv"
        ? this.#convolution(maker)
        : BY_CHANNEL.has(operator) && maker.proto.output.length === 1
          ? this.#first(maker)
          : null;
    if (!input) return null;
    const made = scope.facts.fresh(`${name}/wide`);
    this.replaced.set(maker.index, changed(maker.proto, { input, output: [made] }));
    return made;
  }

  #first({ proto }: GraphNode): string[] | null {
    const wide = this.#made(proto.input[0] as string);
    return wide === null ? null : [wide, ...proto.input.slice(1)];
  }

  /** Filters of zeros give channels of zeros. */
  #convolution({ proto }: GraphNode): string[] | null {
    const { scope, weights, extra } = this;
    const [x = "", w = "", b = ""] = proto.input;
    if (scope.factsOf(proto).int("group", 1) !== 1) return null;
    if (!isPermutable(scope, w) || (b !== "" && !isPermutable(scope, b))) return null;
    const weight = padded(scope, weights, w, 0, extra) as string;
    return [x, weight, ...(b === "" ? [] : [padded(scope, weights, b, 0, extra) as string])];
  }
}

/** A constant with zeros at the end of an axis; null for what is no constant. */
function padded(scope: Scope, weights: NewWeights, name: string, axis: number, extra: number): string | null {
  const value = scope.constant(name);
  if (!value || !isPermutable(scope, name)) return null;
  return weights.add(`${name}/wide`, withZeros(value, axis, extra));
}

function withZeros(value: Value, axis: number, extra: number): Value {
  const { dims, data } = value;
  const size = dims[axis] as number;
  const inner = dims.slice(axis + 1).reduce((product, dim) => product * dim, 1);
  const outer = dims.slice(0, axis).reduce((product, dim) => product * dim, 1);
  const [old, made] = [size * inner, (size + extra) * inner];
  const out = new (data.constructor as Float64ArrayConstructor)(outer * made);
  for (let i = 0; i < outer; i++) out.set((data as Float64Array).subarray(i * old, (i + 1) * old), i * made);
  return { ...value, dims: dims.with(axis, size + extra), data: out as ValueData };
}
