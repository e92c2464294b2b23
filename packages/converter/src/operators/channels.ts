import type { LayerCall } from "../layer-call.js";
import type { GraphValue } from "../value.js";
import { transpose } from "./transpose.js";

/** [batch, …, channels] as [batch, channels, …], which ONNX's convolutions and poolings take. */
export function toChannelsFirst(layer: LayerCall, x: GraphValue): GraphValue {
  const space = x.shape.slice(2).map((_, i) => i + 1);
  return transpose(layer, x, [0, x.shape.length - 1, ...space]);
}

/** [batch, channels, …] as [batch, …, channels]. */
export function toChannelsLast(layer: LayerCall, x: GraphValue): GraphValue {
  const space = x.shape.slice(2).map((_, i) => i + 2);
  return transpose(layer, x, [0, ...space, 1]);
}
