import { isDeepStrictEqual } from "node:util";
import { CongruentError } from "@congruent/core";
import { DataType } from "../generated/tensorflow/core/framework/types_pb.js";
import type { BatchExpression, LinearInBatch } from "./lower.js";
import type { RecordedConstant, RecordedOp, Recording } from "./recorder.js";

/** One recording of the same function for one batch size. */
export interface BatchRecording {
  batch: number;
  recording: Recording;
}

/**
 * Finds which constants of a recording follow the batch size, by comparing recordings of the same function at three batch
 * sizes: two fix the `slope · b + offset` of each element, or of each dimension of what is one number throughout, and
 * the third must agree.
 *
 * @returns expressions by the constant ids of the first recording.
 * @throws CongruentError `E_CAPTURE_BATCH` where the function depends on the batch size in another way.
 */
export function batchExpressions(
  first: BatchRecording,
  second: BatchRecording,
  third: BatchRecording,
): Map<number, BatchExpression> {
  sameOps(first.recording, second.recording);
  sameOps(first.recording, third.recording);
  const batches = [first.batch, second.batch, third.batch] as const;
  const expressions = new Map<number, BatchExpression>();
  first.recording.ops.forEach((op, opIndex) => {
    const others = [second, third].map(({ recording }) => recording.ops[opIndex]);
    if (!others.every((other) => sameAttributes(op, other))) throw dependsOnBatch(op.scope, op.name);
    op.inputs.forEach((id, position) => {
      const a = first.recording.constants.get(id);
      if (!a || expressions.has(id)) return;
      const b = constantAt(second.recording, opIndex, position);
      const c = constantAt(third.recording, opIndex, position);
      if (same(a, b) && same(a, c)) return;
      const expression = expressionOf(batches, [a, b, c]);
      if (!expression) throw dependsOnBatch(op.scope, op.name);
      expressions.set(id, expression);
    });
  });
  return expressions;
}

type Three<T> = readonly [T, T, T];

function expressionOf(
  batches: Three<number>,
  constants: Three<RecordedConstant>,
): BatchExpression | undefined {
  const [a, b, c] = constants;
  // First: int32 constants of one number throughout differ in their length, not in their numbers.
  const value = a.values[0] ?? 0;
  if (constants.every(({ values }) => values.every((v) => Object.is(v, value)))) {
    const dims = linearIn(batches, [a.shape, b.shape, c.shape]);
    return dims && { kind: "filled", value, dims };
  }
  return a.dtype === DataType.DT_INT32 ? linearIn(batches, [a.values, b.values, c.values]) : undefined;
}

/** Numbers as linear expressions of the batch size; undefined where they are not. */
function linearIn(batches: Three<number>, [a, b, c]: Three<readonly number[]>): LinearInBatch | undefined {
  if (a.length !== b.length || a.length !== c.length) return undefined;
  const slope = a.map((value, i) => ((b[i] as number) - value) / (batches[1] - batches[0]));
  const offset = a.map((value, i) => value - (slope[i] as number) * batches[0]);
  const agrees = slope.every(
    (s, i) => Number.isInteger(s) && s * batches[2] + (offset[i] as number) === c[i],
  );
  return agrees ? { kind: "linear", slope, offset } : undefined;
}

/**
 * Refuses a function with numbers that change from call to call (drawn at random, kept as a state, or computed in
 * JavaScript from the data): in a graph they would never change. The recordings were made at the same batch
 * size from different inputs.
 *
 * @throws CongruentError `E_CAPTURE_RANDOM` naming the layer.
 */
export function refuseRandomness(first: Recording, second: Recording): void {
  sameOps(first, second);
  first.ops.forEach((op, opIndex) => {
    if (!sameAttributes(op, second.ops[opIndex])) throw changes(op);
    op.inputs.forEach((id, position) => {
      const a = first.constants.get(id);
      if (a && !same(a, constantAt(second, opIndex, position))) throw changes(op);
    });
  });
}

function changes(op: RecordedOp): CongruentError {
  return new CongruentError({
    code: "E_CAPTURE_RANDOM",
    what: `layer ${op.scope || "(outside a layer)"} computes with numbers that change from one call to the next: drawn at random, kept between calls or read back from the data (seen at ${op.name})`,
    expected: "constants and attributes that stay the same, so that the model can run as one graph",
    fix: "train with --engine eager",
  });
}

function constantAt(recording: Recording, opIndex: number, position: number): RecordedConstant {
  const id = recording.ops[opIndex]?.inputs[position];
  const constant = id === undefined ? undefined : recording.constants.get(id);
  if (!constant) throw unequal();
  return constant;
}

function same(a: RecordedConstant, b: RecordedConstant): boolean {
  return (
    a.dtype === b.dtype &&
    a.shape.length === b.shape.length &&
    a.shape.every((dim, i) => dim === b.shape[i]) &&
    a.values.every((value, i) => Object.is(value, b.values[i]))
  );
}

function sameOps(a: Recording, b: Recording): void {
  if (!sameConnections(a, b)) throw unequal();
}

/** Whether two recordings have the same operators with the same attributes, connected in the same way. */
export function sameStructure(a: Recording, b: Recording): boolean {
  return sameConnections(a, b) && a.ops.every((op, i) => sameAttributes(op, b.ops[i]));
}

function sameAttributes(a: RecordedOp, b: RecordedOp | undefined): boolean {
  return isDeepStrictEqual(a.attributes, b?.attributes);
}

function sameConnections(a: Recording, b: Recording): boolean {
  const [placesA, placesB] = [places(a), places(b)];
  return (
    a.ops.length === b.ops.length &&
    a.ops.every((op, i) => {
      const other = b.ops[i];
      return (
        other?.name === op.name &&
        other.inputs.length === op.inputs.length &&
        op.inputs.every((id, k) => placesA.get(id) === placesB.get(other.inputs[k] as number))
      );
    })
  );
}

/** "operator:output" of every produced id, and the position of every weight and input. */
function places(recording: Recording): Map<number, string> {
  const known = recording.known.map((id, i) => [id, `known:${i}`] as const);
  const produced = recording.ops.flatMap((op, i) => op.outputs.map((id, k) => [id, `${i}:${k}`] as const));
  return new Map([...known, ...produced]);
}

function unequal(): CongruentError {
  return new CongruentError({
    code: "E_CAPTURE_CONTROL_FLOW",
    what: "the model executes other operators from one call to the next",
    expected: "the same operators in the same order in every call",
    fix: "train with --engine eager",
  });
}

function dependsOnBatch(scope: string, op: string): CongruentError {
  return new CongruentError({
    code: "E_CAPTURE_BATCH",
    what: `layer ${scope || "(outside a layer)"} computes with the batch size in a way that cannot be captured (seen at ${op})`,
    expected: "shapes that are linear in the batch size",
    fix: "use a layer that does not depend on the batch size, or train with --engine eager",
  });
}
