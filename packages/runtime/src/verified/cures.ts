import type { OrtRuntime } from "@congruent/core/essentials";
import type { Optimization, Passport, SessionSettings } from "@congruent/core/schemas";

/** Session options under which a runtime that is wrong without them is right. */
export interface Cure {
  optimization: Optimization | null;
  session: SessionSettings;
}

/** What the passport knows for a runtime, in any browser: each is tried before it is believed. */
export function curesOf({ parity }: Pick<Passport, "parity">, runtime: OrtRuntime): Cure[] {
  const known = parity.cells.filter((cell) => cell.runtime === runtime && cell.cure).map(({ cure }) => cure);
  const different = new Map(known.map((cure) => [JSON.stringify(cure), cure]));
  return [...different.values()].map((cure) => settingsOf(cure as OrtSessionOptions));
}

/** As ONNX Runtime's `InferenceSession.create` takes them. */
interface OrtSessionOptions {
  executionProviders?: (string | ({ name: string } & SessionSettings["provider"]))[];
  graphOptimizationLevel?: Optimization;
  extra?: SessionSettings["config"];
}

function settingsOf({ executionProviders, graphOptimizationLevel, extra }: OrtSessionOptions): Cure {
  const [first] = executionProviders ?? [];
  const { name: _, ...provider } = typeof first === "object" ? first : { name: "" };
  return { optimization: graphOptimizationLevel ?? null, session: { provider, config: extra ?? {} } };
}
