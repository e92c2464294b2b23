import type { NodeProto } from "../generated/onnx/onnx-ml_pb.js";
import type { KnownShape } from "./shape-pattern.js";

/** What a rule may ask about a node: its attributes, and the shapes of its operands. */
export class NodeFacts {
  constructor(
    readonly node: NodeProto,
    /** Of its operator set. */
    readonly version: number,
    readonly shapes: readonly KnownShape[],
  ) {}

  has(name: string): boolean {
    return this.node.attribute.some((each) => each.name === name);
  }

  int(name: string, fallback: number): number {
    const found = this.node.attribute.find((each) => each.name === name);
    return found ? Number(found.i) : fallback;
  }

  /** A float32, as the file holds attributes; a default is one too. */
  float(name: string, fallback: number): number {
    return Math.fround(this.node.attribute.find((each) => each.name === name)?.f ?? fallback);
  }

  text(name: string, fallback: string): string {
    const found = this.node.attribute.find((each) => each.name === name);
    return found ? new TextDecoder().decode(found.s) : fallback;
  }

  ints(name: string): number[] | undefined {
    return this.node.attribute.find((each) => each.name === name)?.ints.map(Number);
  }

  /** How many numbers a list has. */
  count(name: string): number {
    const found = this.node.attribute.find((each) => each.name === name);
    return found ? Math.max(found.floats.length, found.ints.length) : 0;
  }

  /** The shape of an operand; undefined where it is left out or nothing is known of it. */
  dims(position: number): readonly number[] | undefined {
    return this.shapes[position] ?? undefined;
  }

  given(position: number): boolean {
    return this.shapes[position] !== undefined;
  }

  /** The size along an axis that counts from either end, `_` where it is not known. */
  size(position: number, axis: number): number | "_" {
    const dims = this.dims(position);
    const size = dims?.[axis < 0 ? axis + dims.length : axis];
    return size === undefined || size === -1 ? "_" : size;
  }
}
