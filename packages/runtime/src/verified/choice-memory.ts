import type { OrtRuntime } from "@congruent/core/essentials";
import { type Check, object, text } from "../check-shape.js";
import type { Platform } from "../session.js";
import type { Cure } from "./cures.js";
import { sha256 } from "./sha256.js";

/** What is kept of a choice. */
export interface Choice {
  runtime: OrtRuntime;
  cure: Cure | null;
  /** ONNX Runtime's release that was chosen with. */
  onnxruntime: string;
}

const flawOf: Check = object({ runtime: text, onnxruntime: text });

/**
 * The name under which a choice is kept: everything that decides it and is known before a session is open. The release of ONNX Runtime is
 * compared afterwards.
 */
export async function choiceKey(parts: object, platform: Platform): Promise<string> {
  const whole = JSON.stringify({ ...parts, device: await platform.device() });
  return sha256(new TextEncoder().encode(whole));
}

/** Null where there is none that this version can use. */
export async function recall(key: string, platform: Platform): Promise<Choice | null> {
  const memory = await platform.memory();
  try {
    const kept: unknown = JSON.parse((await memory.read(key)) ?? "null");
    const choice = flawOf(kept, "") === null ? (kept as Choice) : null;
    return choice && platform.runtimes.includes(choice.runtime) ? choice : null;
  } catch {
    // Damaged, blocked or full storage: as if nothing had been kept. Choosing again tells why it cannot be kept.
    return null;
  }
}

/** Why it could not be kept, or null. */
export async function keep(key: string, choice: Choice, platform: Platform): Promise<string | null> {
  const memory = await platform.memory();
  try {
    await memory.write(key, JSON.stringify(choice));
    return null;
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}
