import { clone, create } from "@bufbuild/protobuf";
import { CongruentError, checked, whatOf } from "@congruent/core";
import { CARD_KEY, type Card, cardSchema } from "@congruent/core/schemas";
import {
  type ModelProto,
  ModelProtoSchema,
  StringStringEntryProtoSchema,
} from "./generated/onnx/onnx-ml_pb.js";
import { decodeModel } from "./model.js";

/**
 * The card inside a model (metadata_props `congruent.card`), or null where there is none.
 *
 * @throws CongruentError `E_CARD` when a card is there and is no JSON or not as the schema says; `E_ONNX_INVALID` for bytes
 * that are no ONNX model.
 * @example
 * ```ts
 * const x = makeTensorValueInfo("x", "float32", ["batch", 2]);
 * const y = makeTensorValueInfo("y", "float32", ["batch", 2]);
 * const graph = makeGraph([makeNode("Relu", ["x"], ["y"])], "relu", [x], [y]);
 * readCard(makeModel(graph)); // => null
 * ```
 */
export function readCard(model: ModelProto | Uint8Array, source = "the model"): Card | null {
  const { metadataProps } = model instanceof Uint8Array ? decodeModel(model, source) : model;
  const text = metadataProps.find((entry) => entry.key === CARD_KEY)?.value;
  if (text === undefined) return null;
  try {
    return checked(JSON.parse(text), cardSchema, CARD_KEY);
  } catch (error) {
    throw new CongruentError({
      code: "E_CARD",
      what: `the card inside ${source} cannot be used: ${whatOf(error)}`,
      expected: `metadata_props ${CARD_KEY} with JSON of the schema congruent/card@1`,
      fix: "export the model again",
      cause: error,
    });
  }
}

/** A copy of the model with this card instead of the one it may have. @throws CongruentError `E_SCHEMA` for a wrong card. */
export function writeCard(model: ModelProto, card: Card): ModelProto {
  const value = JSON.stringify(checked(card, cardSchema, "the card"));
  const copy = clone(ModelProtoSchema, model);
  copy.metadataProps = [
    ...copy.metadataProps.filter((entry) => entry.key !== CARD_KEY),
    create(StringStringEntryProtoSchema, { key: CARD_KEY, value }),
  ];
  return copy;
}
