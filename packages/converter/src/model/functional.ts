import { CongruentError } from "@congruent/core";
import type { GraphValue } from "../value.js";
import type { Container, Conversion, ModelOutput } from "./conversion.js";
import { type Fields, isFields, type LayerSpec, layerSpec, listOf, malformed } from "./layer-spec.js";

/** Layers that are called on each other's tensors, in any way without a circle. */
export const functional: Container = {
  root(conversion, spec, path) {
    const { layers, inputs } = partsOf(spec);
    const values = inputs.map(({ layer }) => {
      const found = layers.find(({ name }) => name === layer);
      if (!found) throw malformed(`the model "${spec.name}" has no layer "${layer}", its input`);
      return conversion.declareInput(layer, found.config, inputs.length > 1);
    });
    return run(conversion, spec, values, path);
  },

  call(conversion, spec, inputs, path) {
    return run(conversion, spec, inputs, path);
  },
};

/** A tensor of a model: output `tensor` of the call number `call` of a layer. */
interface Reference {
  layer: string;
  call: number;
  tensor: number;
  kwargs: Fields;
}

interface PendingCall {
  spec: LayerSpec;
  /** As references count the calls of the layer. */
  number: number;
  takes: readonly Reference[];
}

function run(
  conversion: Conversion,
  spec: LayerSpec,
  values: readonly GraphValue[],
  path: readonly string[],
): ModelOutput[] {
  const { layers, inputs, outputs } = partsOf(spec);
  if (values.length !== inputs.length) {
    throw malformed(
      `the model "${spec.name}" is called on ${values.length} tensors and has ${inputs.length} inputs`,
    );
  }
  const made = new Map<string, readonly GraphValue[]>(
    inputs.map(({ layer, call }, i) => [`${layer} ${call}`, [values[i] as GraphValue]]),
  );
  const look = ({ layer, call, tensor }: Reference) => made.get(`${layer} ${call}`)?.[tensor];
  const calls = callsOf(conversion, layers, [...outputs]).filter(
    ({ spec: { name }, number }) => !made.has(`${name} ${number}`),
  );
  let pending = executionOrder(calls, outputs);
  while (pending.length > 0) {
    const waiting: PendingCall[] = [];
    for (const call of pending) {
      const taken = call.takes.map(look);
      if (taken.some((value) => value === undefined)) {
        waiting.push(call);
        continue;
      }
      const { name } = call.spec;
      if (made.has(`${name} ${call.number}`)) {
        conversion.callAgain(taken as GraphValue[]);
        continue;
      }
      const kwargs = call.takes[0]?.kwargs ?? {};
      made.set(
        `${name} ${call.number}`,
        conversion.call(call.spec, taken as GraphValue[], [...path, name], kwargs),
      );
    }
    if (waiting.length === pending.length) throw stuck(spec, waiting, look);
    pending = waiting;
  }
  return outputs.map((reference) => {
    const value = look(reference);
    if (!value)
      throw malformed(`the model "${spec.name}" has an output that nothing makes: ${told(reference)}`);
    return { value, layer: reference.layer };
  });
}

/**
 * The calls in the order in which tfjs computes them: from each output back through what it takes, the last one first. A call stands there once for
 * each of its outputs that is used. Calls that no output needs come last.
 */
function executionOrder(calls: readonly PendingCall[], outputs: readonly Reference[]): PendingCall[] {
  const byKey = new Map(calls.map((call) => [`${call.spec.name} ${call.number}`, call]));
  const seen = new Set<string>();
  const order: PendingCall[] = [];
  const visit = (reference: Reference): void => {
    const call = byKey.get(`${reference.layer} ${reference.call}`);
    if (!call || seen.has(told(reference))) return;
    seen.add(told(reference));
    for (const taken of [...call.takes].reverse()) visit(taken);
    order.push(call);
  };
  for (const output of outputs) visit(output);
  const needed = new Set(order);
  return [...order, ...calls.filter((call) => !needed.has(call))];
}

/** Every call of every layer that takes something. */
function callsOf(conversion: Conversion, layers: readonly LayerSpec[], outputs: Reference[]): PendingCall[] {
  const takes = layers.map(({ inboundNodes, name }) =>
    inboundNodes.map((node) => {
      if (!Array.isArray(node)) throw malformed(`the layer "${name}" has a call that is no list`);
      return node.map((item) => reference(item, `the layer "${name}"`));
    }),
  );
  const used = new Set([...takes.flat(2), ...outputs].map(({ layer, call }) => `${layer} ${call}`));
  return layers.flatMap((spec, i) => {
    // The first call of a model is its own making, which counts as number 0 where tfjs and Keras write the file.
    const first = conversion.container(spec.className) && !used.has(`${spec.name} 0`) ? 1 : 0;
    return (takes[i] ?? []).map((references, at) => ({ spec, number: first + at, takes: references }));
  });
}

function partsOf(spec: LayerSpec) {
  const place = `the model "${spec.name}"`;
  const layers = listOf(spec.config, "layers", place).map((layer, i) =>
    layerSpec(layer, `layer ${i} of ${place}`),
  );
  const references = (key: string, camel: string) =>
    listOf(spec.config, key in spec.config ? key : camel, place).map((item) => reference(item, place));
  const inputs = references("input_layers", "inputLayers");
  const outputs = references("output_layers", "outputLayers");
  if (outputs.length > 0 && layers.length > 0) return { layers, inputs, outputs };
  throw new CongruentError({
    code: "E_MODEL_EMPTY",
    what: `${place} has ${layers.length} layers and ${outputs.length} outputs`,
    expected: "a model that computes something",
    fix: "add layers before it is exported",
  });
}

function reference(item: unknown, place: string): Reference {
  if (Array.isArray(item)) {
    const [layer, call, tensor, kwargs = {}] = item;
    if (typeof layer === "string" && Number.isInteger(call) && Number.isInteger(tensor)) {
      return { layer, call, tensor, kwargs: isFields(kwargs) ? kwargs : {} };
    }
  }
  throw malformed(`${place} refers to ${JSON.stringify(item)}, which is no tensor of a layer`);
}

const told = ({ layer, call, tensor }: Reference) => `tensor ${tensor} of call ${call} of "${layer}"`;

function stuck(
  spec: LayerSpec,
  waiting: readonly PendingCall[],
  look: (reference: Reference) => unknown,
): CongruentError {
  const [call] = waiting;
  const missing = call?.takes.find((reference) => look(reference) === undefined);
  return malformed(
    `the model "${spec.name}" cannot be computed: the layer "${call?.spec.name}" takes ${missing ? told(missing) : "nothing"}, which nothing makes before it`,
  );
}
