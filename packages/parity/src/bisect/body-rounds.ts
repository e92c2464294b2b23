/** The graph that an If, Loop or Scan holds as a model of its own, with the right values of each of its rounds. */
import { type DType, rows, sizeOf, type Tensor, tensor } from "@congruent/core";
import {
  bodies,
  changed,
  type GraphNode,
  type GraphProto,
  indexGraph,
  type ModelProto,
  makeNode,
  makeTensorValueInfo,
} from "@congruent/onnx";
import type { Tensors } from "../runner.js";
import { type Oracle, tensorsOf } from "./oracle.js";

export interface BodyRound {
  /** Name of the attribute: `then_branch`, `body`. */
  body: string;
  /** From 0; null where there is one alone. */
  round: number | null;
  model: ModelProto;
  feeds: Tensors;
}

/** Whether a node holds graphs that `bodyRounds` can run. */
export function holdsGraphs({ proto }: GraphNode): boolean {
  return proto.opType in ROUNDS && (proto.domain === "" || proto.domain === "ai.onnx");
}

interface Inside {
  node: GraphNode;
  /** Right values of all that the node reads and computes nothing of, by name. */
  around: Tensors;
  /** The graph as a model that takes these values, in order, and what it reads from outside. */
  run(body: GraphProto, given: readonly Tensor[]): { model: ModelProto; feeds: Tensors };
  /** The right values of its outputs, in order; null where one of them cannot be had. */
  outputs(body: GraphProto, model: ModelProto, feeds: Tensors): Promise<Tensor[] | null>;
}

/**
 * Each round of a node's graph on right values, in order. A round is computed by the oracle when it is asked for: who finds a fault stops.
 *
 * @param values right values of what the node reads, by name; weights are taken from the model
 */
export async function* bodyRounds(
  oracle: Oracle,
  model: ModelProto,
  node: GraphNode,
  values: Tensors,
): AsyncGenerator<BodyRound> {
  const { weights, constants, producerOf } = indexGraph(model);
  const around = { ...values };
  const fixed = [...new Set(node.reads)].filter((name) => constants.has(name));
  const held = fixed.flatMap((name) => producerOf.get(name)?.proto ?? []);
  const given = fixed.flatMap((name) => weights.get(name) ?? []);
  const literal = await tensorsOfConstants(oracle, model, fixed);
  const inside: Inside = {
    node,
    around: { ...literal, ...around },
    run(body, inputs) {
      const own = new Set(body.input.map(({ name }) => name));
      const captured = node.reads.filter((name) => around[name] && !own.has(name));
      const feeds: Tensors = Object.fromEntries(captured.map((name) => [name, around[name] as Tensor]));
      body.input.forEach(({ name }, position) => {
        const value = inputs[position];
        if (value) feeds[name] = value;
      });
      const made = new Set(body.node.flatMap(({ output }) => output));
      // A runtime takes no graph whose output no node makes.
      const passed = [...new Set(body.output.map(({ name }) => name))].filter((name) => !made.has(name));
      const graph = changed(body, {
        input: Object.entries(feeds).map(([name, { dtype, dims }]) =>
          makeTensorValueInfo(name, dtype, [...dims]),
        ),
        initializer: [...given.filter(({ name }) => !own.has(name)), ...body.initializer],
        node: [
          ...held,
          ...body.node,
          ...passed.map((name) => makeNode("Identity", [name], [passedOn(name)])),
        ],
        output: uniqueBy(body.output, ({ name }) => name).map((output) =>
          passed.includes(output.name) ? changed(output, { name: passedOn(output.name) }) : output,
        ),
      });
      return { model: changed(model, { graph, metadataProps: [], trainingInfo: [] }), feeds };
    },
    async outputs(body, part, feeds) {
      const made = new Set(body.node.flatMap(({ output }) => output));
      const names = body.output.map(({ name }) => (made.has(name) ? name : passedOn(name)));
      const found = await tensorsOf(oracle, part, feeds, names);
      const all = names.map((name) => found[name]);
      return all.every((each) => each !== undefined) ? (all as Tensor[]) : null;
    },
  };
  yield* (ROUNDS[node.proto.opType] as Rounds)(inside);
}

function passedOn(name: string): string {
  return `${name}/passed on`;
}

function uniqueBy<T>(items: readonly T[], key: (item: T) => string): T[] {
  return [...new Map(items.map((item) => [key(item), item])).values()];
}

/** What weights and Constant nodes hold, by way of the oracle, which can decode them. */
async function tensorsOfConstants(
  oracle: Oracle,
  model: ModelProto,
  names: readonly string[],
): Promise<Tensors> {
  if (names.length === 0) return {};
  const { weights, producerOf } = indexGraph(model);
  const output = names.map((name) => makeTensorValueInfo(passedOn(name), "float32", []));
  const graph = changed(model.graph as GraphProto, {
    input: [],
    valueInfo: [],
    initializer: names.flatMap((name) => weights.get(name) ?? []),
    node: [
      ...names.flatMap((name) => producerOf.get(name)?.proto ?? []),
      ...names.map((name) => makeNode("Identity", [name], [passedOn(name)])),
    ],
    output: output.map(({ name }) =>
      changed(output[0] as (typeof output)[number], { name, type: undefined as never }),
    ),
  });
  const found = await tensorsOf(oracle, changed(model, { graph }), {}, names.map(passedOn));
  return Object.fromEntries(
    names.flatMap((name): [string, Tensor][] => {
      const value = found[passedOn(name)];
      return value ? [[name, value]] : [];
    }),
  );
}

type Rounds = (inside: Inside) => AsyncGenerator<BodyRound>;

function graphOf({ node }: Inside, attribute: string): GraphProto | undefined {
  return node.proto.attribute.filter(({ name }) => name === attribute).flatMap(bodies)[0];
}

function input({ node, around }: Inside, position: number): Tensor | undefined {
  return around[node.proto.input[position] ?? ""];
}

async function* branch(inside: Inside): AsyncGenerator<BodyRound> {
  const condition = input(inside, 0);
  if (!condition) return;
  const body = Number(condition.data[0]) === 0 ? "else_branch" : "then_branch";
  const graph = graphOf(inside, body);
  if (graph) yield { body, round: null, ...inside.run(graph, []) };
}

async function* loop(inside: Inside): AsyncGenerator<BodyRound> {
  const graph = graphOf(inside, "body");
  if (!graph) return;
  const most = Number(input(inside, 0)?.data[0] ?? Number.POSITIVE_INFINITY);
  let goesOn = Number(input(inside, 1)?.data[0] ?? 1) !== 0;
  const carriedNames = inside.node.proto.input.slice(2);
  let carried = carriedNames.map((_, position) => input(inside, position + 2));
  for (let round = 0; goesOn && round < most; round++) {
    if (carried.includes(undefined)) return;
    const given = [
      tensor("int64", BigInt64Array.of(BigInt(round)), []),
      tensor("bool", Uint8Array.of(1), []),
      ...(carried as Tensor[]),
    ];
    const part = inside.run(graph, given);
    yield { body: "body", round, ...part };
    const outputs = await inside.outputs(graph, part.model, part.feeds);
    if (!outputs) return;
    goesOn = Number(outputs[0]?.data[0] ?? 1) !== 0;
    carried = outputs.slice(1, 1 + carriedNames.length);
  }
}

async function* scan(inside: Inside): AsyncGenerator<BodyRound> {
  const graph = graphOf(inside, "body");
  const { attribute, input: names } = inside.node.proto;
  const attributeOf = (name: string) => attribute.find((each) => each.name === name);
  const scanned = Number(attributeOf("num_scan_inputs")?.i ?? 0n);
  // Other axes than the first are rare; opset 8 has an axis of batches before it.
  const plain =
    !attributeOf("scan_input_axes")?.ints.some((axis) => axis !== 0n) && !attributeOf("directions");
  if (!graph || scanned === 0 || !plain || graph.input.length !== names.length) return;
  const backwards = attributeOf("scan_input_directions")?.ints ?? [];
  const count = names.length - scanned;
  const sequences = names.slice(count).map((_, position) => input(inside, count + position));
  let carried = names.slice(0, count).map((_, position) => input(inside, position));
  const length = sequences[0]?.dims[0] ?? 0;
  for (let round = 0; round < length; round++) {
    if ([...carried, ...sequences].includes(undefined)) return;
    const slices = (sequences as Tensor[]).map((sequence, position) =>
      sliceAt(sequence, backwards[position] === 1n ? length - 1 - round : round),
    );
    const part = inside.run(graph, [...(carried as Tensor[]), ...slices]);
    yield { body: "body", round, ...part };
    const outputs = await inside.outputs(graph, part.model, part.feeds);
    if (!outputs) return;
    carried = outputs.slice(0, count);
  }
}

function sliceAt(sequence: Tensor, at: number): Tensor {
  const { data, dtype } = rows(sequence, at, at + 1);
  const dims = sequence.dims.slice(1);
  return { data: data.slice(0, sizeOf(dims)), dims, dtype: dtype as DType } as Tensor;
}

const ROUNDS: Readonly<Record<string, Rounds>> = { If: branch, Loop: loop, Scan: scan };
