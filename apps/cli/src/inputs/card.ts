import { CongruentError } from "@congruent/core";
import { readBytes } from "@congruent/core/files";
import type { Card } from "@congruent/core/schemas";

/** The card inside an ONNX file. @throws CongruentError `E_MODEL_NOT_FOUND`, `E_ONNX_INVALID`, `E_CARD` */
export async function cardOf(path: string): Promise<Card> {
  const card = await cardIfAny(path);
  if (card) return card;
  throw new CongruentError({
    code: "E_CARD",
    what: `${path} has no card, so what data it is for is unknown`,
    expected: "a model that `congruent export` wrote",
    fix: "export the model with congruent; `congruent parity` takes any ONNX file",
  });
}

export async function cardIfAny(path: string): Promise<Card | null> {
  const { readCard } = await import("@congruent/onnx");
  const bytes = await readBytes(path, "E_MODEL_NOT_FOUND");
  return readCard(bytes, path);
}
