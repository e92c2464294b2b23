/**
 * Official builds of ONNX Runtime report usage to their maker and write an identifier and logs into the user's folders. This turns that off,
 * unless the variable is set already: `ORT_DISABLE_TELEMETRY=0` turns it on. ONNX Runtime reads it when it makes its first session.
 *
 * A call and not an import for its effect: bundlers drop such imports from packages without side effects.
 */
export function withoutTelemetry(): void {
  process.env.ORT_DISABLE_TELEMETRY ??= "1";
}
