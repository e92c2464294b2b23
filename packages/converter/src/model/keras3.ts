/** Models that Keras 3 wrote, in the words of Keras 2 that tfjs reads. */

type Json = null | boolean | number | string | Json[] | { [key: string]: Json };
type Fields = { [key: string]: Json };

const isFields = (value: Json | undefined): value is Fields =>
  typeof value === "object" && value !== null && !Array.isArray(value);

/**
 * Whether a topology is Keras 3's: it says so, or it has what only Keras 3 writes.
 *
 * @example
 * ```ts
 * isKeras3({ keras_version: "3.5.0", model_config: {} }); // => true
 * isKeras3({ model_config: { config: { layers: [{ class_name: "InputLayer", config: { batch_shape: [null, 3] } }] } } }); // => true
 * isKeras3({ keras_version: "tfjs-layers 4.22.0", model_config: {} }); // => false
 * ```
 */
export function isKeras3(topology: unknown): boolean {
  const text = JSON.stringify(topology) ?? "";
  return (
    /"keras_version":"3\./.test(text) ||
    /"batch_shape":|"__keras_tensor__"|"class_name":"DTypePolicy"/.test(text)
  );
}

/**
 * A topology in Keras 2's words: `batch_input_shape` for `batch_shape`, the name of a type for its policy, connections as lists of layer,
 * node and tensor, and lists of inputs and outputs also where there is one. What is in these words already stays as it is.
 *
 * @example
 * ```ts
 * asKeras2({ class_name: "InputLayer", config: { batch_shape: [null, 3], name: "x" } });
 * // => { class_name: "InputLayer", config: { batch_input_shape: [null, 3], name: "x" } }
 * ```
 */
export function asKeras2(topology: unknown): unknown {
  return rewritten(topology as Json);
}

function rewritten(value: Json): Json {
  if (Array.isArray(value)) return value.map(rewritten);
  if (!isFields(value)) return value;
  if (value.class_name === "DTypePolicy" && isFields(value.config)) return value.config.name ?? "float32";
  const result: Fields = {};
  for (const [key, inner] of Object.entries(value)) {
    if (key === "batch_shape" && Array.isArray(inner)) result.batch_input_shape = inner;
    else if (key === "inbound_nodes" && Array.isArray(inner)) result.inbound_nodes = inner.map(connections);
    else if ((key === "input_layers" || key === "output_layers") && Array.isArray(inner)) {
      result[key] = typeof inner[0] === "string" ? [inner] : inner;
    } else result[key] = rewritten(inner);
  }
  return result;
}

const STATES = "initial_state";

/** The tensors that one call of a layer takes, as `[layer, node, tensor, options]`. */
function connections(node: Json): Json {
  if (!isFields(node)) return node;
  const { args = [], kwargs = {} } = node;
  const tensors: Json[] = [];
  const look = (value: Json) => {
    if (Array.isArray(value)) return value.forEach(look);
    if (!isFields(value)) return undefined;
    const history = isFields(value.config) ? value.config.keras_history : undefined;
    if (value.class_name === "__keras_tensor__" && Array.isArray(history)) tensors.push(history);
    return undefined;
  };
  look(args as Json);
  // Keras 2 and tfjs write the states that a recurrent layer begins with behind its input.
  if (isFields(kwargs)) look(kwargs[STATES] ?? null);
  // What Keras 3 writes where Keras 2 wrote nothing: these are the defaults.
  const kept = isFields(kwargs)
    ? Object.entries(kwargs).filter(([key, value]) => value !== null && key !== "training" && key !== STATES)
    : [];
  const options = Object.fromEntries(kept.map(([key, value]) => [key, rewritten(value)]));
  return tensors.map((history) => [...(history as Json[]), options]);
}

/**
 * The name of a weight without the model's own name before it, which Keras 3 adds: `sequential/dense/kernel` is `dense/kernel`.
 *
 * @param layers the names of the model's layers
 * @example
 * ```ts
 * weightName("sequential/dense/kernel", new Set(["dense"])); // => "dense/kernel"
 * weightName("dense/kernel", new Set(["dense"])); // => "dense/kernel"
 * ```
 */
export function weightName(name: string, layers: ReadonlySet<string>): string {
  const parts = name.split("/");
  const at = parts.findIndex((part) => layers.has(part));
  return at <= 0 ? name : parts.slice(at).join("/");
}

/** The names of all layers of a topology. */
export function layerNames(topology: unknown): Set<string> {
  const names = new Set<string>();
  const look = (value: Json) => {
    if (Array.isArray(value)) value.forEach(look);
    if (!isFields(value)) return;
    const { class_name, config, layers } = value;
    if (
      typeof class_name === "string" &&
      isFields(config) &&
      typeof config.name === "string" &&
      !Array.isArray(config.layers)
    ) {
      names.add(config.name);
    }
    for (const inner of [config, layers, value.model_config]) if (inner !== undefined) look(inner);
  };
  look(topology as Json);
  return names;
}
