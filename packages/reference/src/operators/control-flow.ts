import type { Call, Operators } from "../call.js";
import { splitAtAxis } from "../shapes.js";
import { type Value, value } from "../value.js";
import { pick, reshaped } from "../views.js";
import { concatenated } from "./concat.js";

function holds(condition: Value | undefined): boolean {
  return condition?.data[0] === 1;
}

function branch(call: Call): Value[] {
  return call.graph(holds(call.input(0)) ? "then_branch" : "else_branch")([]);
}

/** Values of all rounds on a new axis. */
function stacked(rounds: readonly Value[], axis: number): Value {
  const [first] = rounds;
  if (!first) return value("float32", new Float64Array(0), [0]);
  return concatenated(
    rounds.map((each) => reshaped(each, first.dims.toSpliced(axis, 0, 1))),
    axis,
  );
}

/** Inputs: most rounds, condition, then values that each round takes from the one before; further outputs are stacked. */
function loop(call: Call): Value[] {
  const body = call.graph("body");
  const most = call.maybeNumbers(0)?.[0] ?? Number.POSITIVE_INFINITY;
  const count = Math.max(0, call.inputs.length - 2);
  let carried = call.inputs.slice(2).map((_, i) => call.input(i + 2));
  let goesOn = call.optional(1) ? holds(call.input(1)) : true;
  const rounds: Value[][] = [];
  for (let round = 0; goesOn && round < most; round++) {
    const number = value("int64", BigInt64Array.of(BigInt(round)), []);
    const [condition, ...results] = body([number, value("bool", Uint8Array.of(1), []), ...carried]);
    goesOn = holds(condition);
    carried = results.slice(0, count);
    rounds.push(results.slice(count));
  }
  const scans = call.outputs - count;
  return [
    ...carried,
    ...Array.from({ length: scans }, (_, k) =>
      stacked(
        rounds.map((each) => each[k] as Value),
        0,
      ),
    ),
  ];
}

/** One slice of an axis, without the axis. */
function sliceAt(x: Value, axis: number, at: number): Value {
  const { outer, size, inner } = splitAtAxis(x.dims, axis);
  const places = Float64Array.from(
    { length: outer * inner },
    (_, i) => (Math.floor(i / inner) * size + at) * inner + (i % inner),
  );
  return pick(x, places, x.dims.toSpliced(axis, 1));
}

/** Values carried from round to round, then values of which each round gets one slice. */
function scan(call: Call): Value[] {
  const body = call.graph("body");
  const scanned = call.int("num_scan_inputs", 1);
  const count = call.inputs.length - scanned;
  let carried = call.all().slice(0, count);
  const sequences = call.all().slice(count);
  const axes = sequences.map((x, i) => call.axis(call.ints("scan_input_axes")?.[i] ?? 0, x.dims.length));
  const backwards = call.ints("scan_input_directions") ?? [];
  const length = sequences[0]?.dims[axes[0] ?? 0] ?? 0;
  const rounds: Value[][] = [];
  for (let round = 0; round < length; round++) {
    const slices = sequences.map((x, i) =>
      sliceAt(x, axes[i] as number, backwards[i] === 1 ? length - 1 - round : round),
    );
    const results = body([...carried, ...slices]);
    carried = results.slice(0, count);
    rounds.push(results.slice(count));
  }
  const outAxes = call.ints("scan_output_axes") ?? [];
  const reversed = call.ints("scan_output_directions") ?? [];
  const outputs = Array.from({ length: call.outputs - count }, (_, k) => {
    const all = rounds.map((each) => each[k] as Value);
    const rank = (all[0]?.dims.length ?? 0) + 1;
    return stacked(reversed[k] === 1 ? all.reverse() : all, call.axis(outAxes[k] ?? 0, rank));
  });
  return [...carried, ...outputs];
}

/** Scan before opset 9: the same for every sample of a batch, whose sequences may be of different lengths. */
function batchedScan(call: Call): Value[] {
  if (call.optional(0)) call.refuse("sequence lengths are not known here", "E_NODE_INPUT");
  const body = call.graph("body");
  const scanned = call.int("num_scan_inputs", 1);
  const given = call.inputs.slice(1).map((_, i) => call.input(i + 1));
  const count = given.length - scanned;
  const samples = given[0]?.dims[0] ?? 0;
  const perSample = Array.from({ length: samples }, (_, n) => {
    const own = given.map((x) => sliceAt(x, 0, n));
    let carried = own.slice(0, count);
    const sequences = own.slice(count);
    const rounds: Value[][] = [];
    for (let round = 0; round < (sequences[0]?.dims[0] ?? 0); round++) {
      const results = body([...carried, ...sequences.map((x) => sliceAt(x, 0, round))]);
      carried = results.slice(0, count);
      rounds.push(results.slice(count));
    }
    const scans = Array.from({ length: call.outputs - count }, (_, k) =>
      stacked(
        rounds.map((each) => each[k] as Value),
        0,
      ),
    );
    return [...carried, ...scans];
  });
  return Array.from({ length: call.outputs }, (_, k) =>
    stacked(
      perSample.map((each) => each[k] as Value),
      0,
    ),
  );
}

/** Nodes that carry graphs. Sequences are not among their values here. */
export const controlFlow: Operators = {
  If: { 1: branch },
  Loop: { 1: loop },
  Scan: { 8: batchedScan, 9: scan },
};
