import { CongruentError, messageOf } from "@congruent/core/essentials";

function modelNotFound(source: string, reason: string, cause?: unknown): CongruentError {
  return new CongruentError({
    code: "E_MODEL_NOT_FOUND",
    what: `could not read the model ${source}: ${reason}`,
    expected: "the path or URL of an .onnx file",
    fix: "check the address",
    cause,
  });
}

/** @throws CongruentError `E_MODEL_NOT_FOUND` */
export async function fetchModel(url: string): Promise<Uint8Array> {
  let response: Response;
  try {
    response = await fetch(url);
  } catch (error) {
    throw modelNotFound(url, messageOf(error), error);
  }
  if (!response.ok) throw modelNotFound(url, `HTTP ${response.status}`);
  return new Uint8Array(await response.arrayBuffer());
}
