/** A convolution whose input has further channels, which change nothing: whatever the input holds, infinities among it. */
import { changed, type GraphNode, makeNode, type NodeProto } from "@congruent/onnx";
import type { Value, ValueData } from "@congruent/reference";
import { cameFrom } from "../provenance.js";
import type { Scope } from "../scope.js";
import { isPermutable, type NewWeights } from "../weights.js";

/** Operators that take each channel by itself: of a copy they make a copy. */
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

  /**
   * The convolution's input and its weight. The first channels come twice where their makers can give them again, and the two share the weights: half of
   * each is exact, and of an infinity both are as infinite. (Channels of zeros would be made of filters of zeros, and zero times infinity is NaN.) Else
   * zeros are put beside the input, and weights of zeros read them.
   */
  channels(x: string, w: string): { input: string; weight: string } {
    const shares = shared(this.scope, w, this.extra);
    const made = shares && this.#made(x);
    if (made) return { input: made, weight: this.weights.add(`${w}/wide`, shares) };
    const rank = this.scope.rank(w) as number;
    return { input: this.#padded(x, rank), weight: withZeros(this, w) ?? this.#padded(w, rank) };
  }

  /** The value with zeros as further channels. */
  #padded(name: string, rank: number): string {
    const { scope, extra } = this;
    const made = scope.facts.fresh(`${name}/wide`);
    const pads = Array.from({ length: 2 * rank }, (_, i) => (i === rank + CHANNELS ? extra : 0));
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

  /** Filters that come twice give channels that come twice. */
  #convolution({ proto }: GraphNode): string[] | null {
    const { scope, weights, extra } = this;
    const [x = "", w = "", b = ""] = proto.input;
    if (scope.factsOf(proto).int("group", 1) !== 1) return null;
    const given = [w, ...(b === "" ? [] : [b])];
    if (given.some((name) => !isPermutable(scope, name))) return null;
    return [x, ...given.map((name) => weights.add(`${name}/wide`, repeated(scope, name, extra)))];
  }
}

/** Of an input, and of a weight. */
const CHANNELS = 1;

/** A constant with its first parts along its first axis again at the end. */
function repeated(scope: Scope, name: string, extra: number): Value {
  const value = scope.constant(name) as Value;
  return longer(value, 0, extra, (made, part) => made.set(made.subarray(0, part), made.length - part));
}

/** A weight whose first channels come twice, with half of the weights each; null for what is no constant, or cannot be halved exactly. */
function shared(scope: Scope, name: string, extra: number): Value | null {
  const value = scope.constant(name);
  if (value?.dtype !== "float32" || !isPermutable(scope, name)) return null;
  const out = longer(value, CHANNELS, extra, (made, part) => {
    for (let i = 0; i < part; i++) {
      made[i] = (made[i] as number) / 2;
      made[made.length - part + i] = made[i] as number;
    }
  });
  const exact = Array.from(out.data as Float64Array).every((each) => Object.is(Math.fround(each), each));
  return exact ? out : null;
}

/** A weight with zeros as further channels; null for what is no constant. */
function withZeros({ scope, weights, extra }: Widening, name: string): string | null {
  const value = scope.constant(name);
  if (!value || !isPermutable(scope, name)) return null;
  return weights.add(
    `${name}/wide`,
    longer(value, CHANNELS, extra, () => undefined),
  );
}

/**
 * A constant that is longer along an axis.
 *
 * @param fill is given what lies at each place of the axes before that axis, with zeros at its end, and how many of them there are
 */
function longer(
  value: Value,
  axis: number,
  extra: number,
  fill: (made: Float64Array, part: number) => void,
): Value {
  const { dims, data } = value;
  const size = dims[axis] as number;
  const inner = dims.slice(axis + 1).reduce((product, dim) => product * dim, 1);
  const outer = dims.slice(0, axis).reduce((product, dim) => product * dim, 1);
  const [old, whole] = [size * inner, (size + extra) * inner];
  const out = new (data.constructor as Float64ArrayConstructor)(outer * whole);
  for (let i = 0; i < outer; i++) {
    const made = out.subarray(i * whole, (i + 1) * whole);
    made.set((data as Float64Array).subarray(i * old, (i + 1) * old));
    fill(made, extra * inner);
  }
  return { ...value, dims: dims.with(axis, size + extra), data: out as ValueData };
}
