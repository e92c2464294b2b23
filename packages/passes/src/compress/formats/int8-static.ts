import { CongruentError } from "@congruent/core";
import { changed, type GraphNode, type GraphProto, makeNode, type NodeProto } from "@congruent/onnx";
import { cameFrom } from "../../provenance.js";
import type { Scope } from "../../scope.js";
import { Additions } from "../additions.js";
import type { Format, FormatOptions, Tally } from "../format.js";
import { ZERO } from "../packing/bytes-by-channel.js";
import { PRODUCTS, type Product, productOf } from "../packing/product.js";
import { scaleOf } from "../ranges/scale-of.js";
import { floatConstant, KEPT, noteCompressed, noteLeft } from "../weights-of.js";

/** Operators that give some of the numbers that they read: rounding before them is the same as rounding behind them. */
const CARRIERS = new Set(["MaxPool", "Flatten", "Reshape", "Transpose", "Squeeze", "Unsqueeze", "Identity"]);

/** What every runtime's optimizer makes products of bytes of; the ranges of what the nodes read have been found on data. */
export const int8Static: Format = {
  title: "multiplies 8-bit integers with scales that were found on data",
  takes: "weights of Conv, MatMul or Gemm",
  opset: 13,
  pass: (options, tally) => (scope) => {
    const products = staticProducts(scope, options, tally);
    return products.size === 0 ? scope.graph : new Quantizing(scope, options, products).graph();
  },
};

/** The products of a graph that can be in bytes. Those of bodies run with values that nothing outside knows. */
function staticProducts(
  scope: Scope,
  { keep }: Pick<FormatOptions, "keep">,
  tally: Tally,
): Map<GraphNode, Product> {
  const found = new Map<GraphNode, Product>();
  for (const node of scope.index.nodes) {
    if (!PRODUCTS.has(scope.operator(node.proto) ?? "")) continue;
    const inBody = scope.around !== null ? "it is in a body, whose values are not calibrated" : null;
    const product = keep.has(node.name) ? KEPT : (inBody ?? productOf(node, scope));
    if (typeof product === "string") noteLeft(tally, [node], product);
    else {
      noteCompressed(tally, [node]);
      found.set(node, product);
    }
  }
  return found;
}

/** The values whose ranges `int8-static` needs: what the products of the main graph read. */
export function valuesToCalibrate(scope: Scope, options: Pick<FormatOptions, "keep">): string[] {
  const products = staticProducts(scope, options, { compressed: [], left: [] });
  return [...new Set([...products.values()].map(({ input }) => input))];
}

class Quantizing {
  readonly #additions: Additions;
  /** By value: that of which it takes scale and zero point. */
  readonly #likes = new Map<string, string>();

  constructor(
    readonly scope: Scope,
    readonly options: FormatOptions,
    readonly products: ReadonlyMap<GraphNode, Product>,
  ) {
    this.#additions = new Additions(scope);
    for (const { input } of products.values()) this.#mark(input, input);
  }

  /** A carrier reads bytes where it gives some: then the product before it gives bytes at once. */
  #mark(name: string, like: string): void {
    if (this.#likes.has(name)) return;
    this.#likes.set(name, like);
    const maker = this.scope.index.producerOf.get(name);
    const carrier =
      maker && CARRIERS.has(this.scope.operator(maker.proto) ?? "") && maker.writes.length === 1;
    const source = carrier ? maker.proto.input[0] : undefined;
    if (source && this.scope.index.producerOf.has(source)) this.#mark(source, like);
  }

  graph(): GraphProto {
    const { scope } = this;
    const inputs = scope.graph.input.map(({ name }) => name).filter((name) => this.#likes.has(name));
    const nodes = inputs.flatMap((name) => this.#pair(name));
    for (const node of scope.index.nodes) {
      const product = this.products.get(node);
      const own = product ? this.#product(node, product) : [this.#carrier(node)];
      nodes.push(
        ...own,
        ...node.writes.filter((name) => this.#likes.has(name)).flatMap((name) => this.#pair(name)),
      );
    }
    return this.#additions.graph(nodes);
  }

  /** Quantized and back. */
  #pair(name: string): NodeProto[] {
    const parameters = this.#parameters(name);
    const bytes = this.#additions.fresh(`${name}/uint8`);
    return [
      makeNode("QuantizeLinear", [name, ...parameters], [bytes], { name: `${name}/quantized` }),
      makeNode("DequantizeLinear", [bytes, ...parameters], [this.#read(name)], {
        name: `${name}/dequantized`,
      }),
    ];
  }

  /** The value as those read it that compute with bytes. */
  #read(name: string): string {
    return this.#additions.once(`read ${name}`, () => this.#additions.fresh(`${name}/rounded`));
  }

  #scale(name: string): { scale: number; zero: number } {
    const like = this.#likes.get(name) as string;
    const range = this.options.ranges.get(like);
    if (range && Number.isFinite(range.min) && Number.isFinite(range.max)) return scaleOf(range);
    throw new CongruentError({
      code: "E_COMPRESS_RANGES",
      what: range
        ? `the range of ${like} is from ${range.min} to ${range.max}`
        : `nothing is known of the range of ${like}`,
      expected: "a finite range for each value that a product reads",
      fix: "give calibration data on which the model computes numbers",
    });
  }

  #parameters(name: string): string[] {
    const like = this.#likes.get(name) as string;
    const { scale, zero } = this.#scale(name);
    return [
      this.#additions.once(`scale ${like}`, () => this.#additions.float(`${like}/scale`, [scale], [])),
      this.#additions.once(`zero ${like}`, () => this.#additions.bytes(`${like}/zero`, [zero], [])),
    ];
  }

  #carrier({ proto }: GraphNode): NodeProto {
    const [source = ""] = proto.input;
    const carries =
      CARRIERS.has(this.scope.operator(proto) ?? "") && proto.output.some((name) => this.#likes.has(name));
    if (!carries || !this.#likes.has(source)) return proto;
    return changed(proto, { input: [this.#read(source), ...proto.input.slice(1)] });
  }

  #product({ proto }: GraphNode, product: Product): NodeProto[] {
    const { input, weight, bytes, scales, dims, channels, bias } = product;
    const added = this.#additions;
    const made: NodeProto[] = [];
    const unpack = (key: string, name: string, inputs: () => string[]) =>
      added.once(key, () => {
        const output = added.fresh(`${name}/float32`);
        const attributes = { axis: BigInt(channels) };
        made.push(makeNode("DequantizeLinear", inputs(), [output], { name: output, attributes }));
        return output;
      });
    const own = unpack(`bytes ${weight} ${channels}`, weight, () => [
      added.bytes(`${weight}/uint8`, bytes, dims),
      added.float(`${weight}/scale`, scales, [scales.length]),
      added.bytes(`${weight}/zero`, new Uint8Array(scales.length).fill(ZERO), [scales.length]),
    ]);
    const inputs = [this.#read(input), own];
    if (bias !== "") inputs.push(this.#bias(product, made));
    return [...made, changed(cameFrom(proto, [proto]), { input: inputs })];
  }

  /** As integers in steps of both scales, which is how kernels add it; as it is where they would not fit. */
  #bias({ input, weight, bias, scales }: Product, made: NodeProto[]): string {
    const added = this.#additions;
    const { scale } = this.#scale(input);
    const steps = scales.map((each) => Math.fround(Math.fround(scale) * each));
    const values = floatConstant(this.scope, bias)?.data ?? new Float64Array();
    const whole = Array.from(values, (x, i) => Math.round(x / (steps[i] as number)));
    if (!whole.every((x) => Math.abs(x) < 2 ** 31)) return bias;
    return added.once(`bias ${bias} ${weight} ${this.#likes.get(input)}`, () => {
      const data = Int32Array.from(whole);
      const inputs = [
        added.add(`${bias}/int32`, { dtype: "int32", dims: [data.length], data }),
        added.float(`${bias}/scale`, steps, [steps.length]),
      ];
      const output = added.fresh(`${bias}/float32`);
      made.push(makeNode("DequantizeLinear", inputs, [output], { name: output, attributes: { axis: 0n } }));
      return output;
    });
  }
}
