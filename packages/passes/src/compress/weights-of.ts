/** The weights of a graph that a format may write in fewer bits. */
import { CongruentError } from "@congruent/core";
import type { GraphNode } from "@congruent/onnx";
import type { Value } from "@congruent/reference";
import type { Scope } from "../scope.js";
import type { FormatOptions, Tally } from "./format.js";

/** Smaller ones are no part of a file's size: the nodes that turn them back would take as much. */
const LEAST_ELEMENTS = 128;

export interface Weight {
  name: string;
  value: Value & { data: Float64Array };
  /** The nodes that read it, or whose bodies do. */
  readers: readonly GraphNode[];
}

/**
 * The graph's own float32 constants of some size, of which nothing else may take the place.
 *
 * @throws CongruentError `E_COMPRESS_WEIGHTS` for one with NaN
 */
export function weightsOf(scope: Scope, { keep }: Pick<FormatOptions, "keep">, tally: Tally): Weight[] {
  return [...scope.index.constants].flatMap((name): Weight[] => {
    const readers = scope.index.consumersOf.get(name) ?? [];
    const value = floatConstant(scope, name);
    const fed = scope.isFed(name);
    if (readers.length === 0 || (!fed && (!value || value.data.length < LEAST_ELEMENTS))) return [];
    if (fed) {
      noteLeft(tally, readers, `its weight ${name} is an input of the model, which a caller may replace`);
      return [];
    }
    if (readers.some((reader) => keep.has(reader.name))) {
      noteLeft(tally, readers, KEPT);
      return [];
    }
    return [{ name, value: value as Weight["value"], readers }];
  });
}

/** Why a node stays that was asked to. */
export const KEPT = "kept in float32";

/** @throws CongruentError `E_COMPRESS_WEIGHTS` for one with NaN */
export function floatConstant(scope: Scope, name: string): Weight["value"] | null {
  const value = scope.constant(name);
  if (value?.dtype !== "float32") return null;
  const data = value.data as Float64Array;
  if (data.some(Number.isNaN)) {
    throw new CongruentError({
      code: "E_COMPRESS_WEIGHTS",
      what: `the weight ${name} has NaN among its ${data.length} elements`,
      expected: "numbers",
      fix: "look for the fault in the training: a model with such a weight computes NaN",
    });
  }
  return { ...value, data };
}

export function noteLeft(tally: Tally, nodes: readonly GraphNode[], why: string): void {
  for (const { name: node, proto } of nodes) {
    const there = tally.left.some((each) => each.node === node);
    if (!there) tally.left.push({ node, opType: proto.opType, why });
  }
}

export function noteCompressed(tally: Tally, nodes: readonly GraphNode[]): void {
  for (const { name: node, proto } of nodes) {
    const there = tally.compressed.some((each) => each.node === node);
    if (!there) tally.compressed.push({ node, opType: proto.opType });
  }
}
