import { CongruentError } from "@congruent/core";

export type Fields = Readonly<Record<string, unknown>>;

/** A layer as a model's configuration describes it. */
export interface LayerSpec {
  className: string;
  name: string;
  config: Fields;
  /** The tensors that each call of it takes; empty in a sequential model. */
  inboundNodes: readonly unknown[];
}

export const isFields = (value: unknown): value is Fields =>
  typeof value === "object" && value !== null && !Array.isArray(value);

/** @param what for errors: where the layer stands */
export function layerSpec(value: unknown, what: string): LayerSpec {
  if (isFields(value)) {
    const { config } = value;
    const className = value.class_name ?? value.className;
    const inbound = value.inbound_nodes ?? value.inboundNodes ?? [];
    if (typeof className === "string" && (isFields(config) || Array.isArray(config))) {
      // The first Keras wrote a sequential model as the list of its layers alone.
      const fields: Fields = Array.isArray(config) ? { layers: config } : config;
      const name = value.name ?? fields.name ?? className.toLowerCase();
      if (typeof name === "string" && Array.isArray(inbound)) {
        return { className, name, config: fields, inboundNodes: inbound };
      }
    }
  }
  throw malformed(`${what} is no layer: ${shortened(value)}`);
}

/** A topology that does not say what it must. */
export function malformed(what: string): CongruentError {
  return new CongruentError({
    code: "E_MODEL_TOPOLOGY",
    what,
    expected: "a layers model as model.toJSON() or a model.json describes it",
    fix: "save the model again with model.save",
  });
}

function shortened(value: unknown): string {
  const text = JSON.stringify(value) ?? String(value);
  return text.length > 80 ? `${text.slice(0, 77)}…` : text;
}

/** A list in a model's configuration. */
export function listOf(config: Fields, key: string, place: string): readonly unknown[] {
  const value = config[key];
  if (Array.isArray(value)) return value;
  if (isFields(value)) return Object.values(value);
  throw malformed(`${place} has no list ${key}`);
}
