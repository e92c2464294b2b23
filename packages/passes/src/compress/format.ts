/** The protocol of a number format. */
import type { GraphProto } from "@congruent/onnx";
import type { Scope } from "../scope.js";
import type { Range } from "./ranges/range.js";

export interface FormatOptions {
  /** Names of nodes that stay float32. Default: none. */
  keep: ReadonlySet<string>;
  /** Where values lie, by name; of `int8-static`. */
  ranges: ReadonlyMap<string, Range>;
  /** Elements of a block; of `int4-weights`. Default: 32. */
  block: number;
}

/** What became of the nodes. */
export interface Tally {
  compressed: { node: string; opType: string }[];
  left: { node: string; opType: string; why: string }[];
}

export interface Format {
  /** What it does, as half a sentence. */
  title: string;
  /** What a model must have to be compressed so. */
  takes: string;
  /** The first standard operator set that has what it writes. */
  opset: number;
  /** A pass that compresses one graph and notes what it does. */
  pass(options: FormatOptions, tally: Tally): (scope: Scope) => GraphProto;
}
