import type { Message } from "@bufbuild/protobuf";

/**
 * A message like another but for some fields; fields that the other leaves at their defaults keep them. (A plain copy would lose the
 * defaults, which stand on the prototype, and `create` takes a copy for the message itself.)
 *
 * @example
 * ```ts
 * const relu = makeNode("Relu", ["x"], ["y"]);
 * changed(relu, { input: ["z"] }).input; // => ["z"]
 * ```
 */
export function changed<M extends Message>(message: M, fields: Partial<Omit<M, keyof Message>>): M {
  return Object.assign(Object.create(Object.getPrototypeOf(message)), message, fields);
}
