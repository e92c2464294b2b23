import { CongruentError } from "@congruent/core/essentials";
import type { Platform, Session, SessionOptions } from "./session.js";

/**
 * @param name of the model, for errors
 * @throws CongruentError `E_ONNX_INVALID`, `E_ABORTED`; of exit 3 `E_RUNTIME_UNAVAILABLE`, `E_RUNTIME_BUSY`, `E_LOCALE`
 */
export async function openSession(
  platform: Platform,
  { bytes, name }: { bytes: Uint8Array; name: string },
  options: SessionOptions,
): Promise<Session> {
  try {
    return await platform.open(bytes, options);
  } catch (error) {
    if (error instanceof CongruentError) throw error;
    const { explain } = await import("./explain-failure.js");
    throw await explain(error, { platform, name, options });
  }
}
