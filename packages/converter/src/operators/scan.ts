import { makeGraph, makeTensorValueInfo, type ValueInfoProto } from "@congruent/onnx";
import type { Dimension } from "../dimensions.js";
import { GraphBuilder } from "../graph-builder.js";
import type { LayerCall } from "../layer-call.js";
import type { GraphValue } from "../value.js";

export interface ScanStep {
  /** In the order and of the shapes of the states before. */
  states: readonly GraphValue[];
  /** [batch, …], one slice of each of the sequences that the scan gives. */
  slices: readonly GraphValue[];
}

export interface ScanOptions {
  /** What the states are at first. */
  initial: readonly GraphValue[];
  /** [batch, time, …]: each step is given a slice of each, [batch, …]. */
  sequences: readonly GraphValue[];
  /** Whether it begins with the last slices. */
  backwards: boolean;
  /** Whether what the first step gives stands last. */
  flip: boolean;
  /** Adds the nodes of one step to a graph of its own, which sees the weights and constants of the one around it. */
  step(body: LayerCall, states: readonly GraphValue[], slices: readonly GraphValue[]): ScanStep;
}

/** Steps along the time, each of which is given the states that the one before has left. */
export function scan(
  layer: LayerCall,
  { initial, sequences, backwards, flip, step }: ScanOptions,
): { states: GraphValue[]; sequences: GraphValue[] } {
  const graph = new GraphBuilder(layer.graph);
  const body = layer.part({ graph });
  const input = (shape: readonly Dimension[], { dtype }: GraphValue, name: string) =>
    graph.input(`${layer.name}/${name}`, shape, dtype);
  const before = initial.map((state) => input(state.shape, state, "state"));
  const given = sequences.map((x) => input([x.shape[0] ?? 1, ...x.shape.slice(2)], x, "step"));
  const results = step(body, before, given);
  const outputs = distinct(body, [...results.states, ...results.slices]);
  const info = ({ name, dtype, shape }: GraphValue): ValueInfoProto =>
    makeTensorValueInfo(name, dtype, shape);
  const proto = makeGraph(
    graph.nodes,
    `${layer.name}/step`,
    [...before, ...given].map(info),
    outputs.map(info),
  );
  proto.valueInfo = [...graph.valueInfo.values()].filter(
    ({ name }) => !outputs.some((output) => output.name === name),
  );
  const time = sequences[0]?.shape[1] ?? 1;
  const all = results.slices.map(({ shape: [batch = 1, ...rest], dtype }) => ({
    shape: [batch, time, ...rest],
    dtype,
  }));
  const each = (count: number, value: boolean | number) => new Array<bigint>(count).fill(BigInt(value));
  const ends = layer.nodes(
    "Scan",
    [...initial, ...sequences],
    [...initial.map(({ shape, dtype }) => ({ shape, dtype })), ...all],
    {
      body: proto,
      num_scan_inputs: BigInt(sequences.length),
      scan_input_axes: each(sequences.length, 1),
      scan_input_directions: each(sequences.length, backwards),
      ...(all.length > 0 && {
        scan_output_axes: each(all.length, 1),
        scan_output_directions: each(all.length, flip),
      }),
    },
  );
  return { states: ends.slice(0, initial.length), sequences: ends.slice(initial.length) };
}

/** Outputs of a graph: each a value that a node of it makes, and no two the same. */
function distinct(body: LayerCall, values: readonly GraphValue[]): GraphValue[] {
  const made = new Set(body.graph.nodes.flatMap(({ output }) => output));
  return values.map((value) => {
    if (made.delete(value.name)) return value;
    return body.node("Identity", [value]);
  });
}
