import type { LayerCall } from "../layer-call.js";
import { toChannelsFirst, toChannelsLast } from "../operators/index.js";
import type { GraphValue } from "../value.js";
import { dataFormat } from "./windows.js";

/** The input of a layer that ONNX computes with channels first. */
export interface ChannelsFirst {
  /** [batch, channels, …]. */
  x: GraphValue;
  format: "channels_last" | "channels_first";
  /** A result of the same layout in the layer's own. */
  back(y: GraphValue): GraphValue;
}

/**
 * The only input, with channels first whatever the layer's own layout is.
 *
 * @param axes of space, between batch and channels
 * @throws CongruentError `E_LAYER_INPUT` for another number of axes
 */
export function channelsFirst(layer: LayerCall, axes: number): ChannelsFirst {
  const format = dataFormat(layer);
  const given = layer.inputOfRank(axes + 2);
  const last = format === "channels_last";
  const x = last ? toChannelsFirst(layer, given) : given;
  return {
    x,
    format,
    back: (y) => (last ? toChannelsLast(layer, y) : y),
  };
}
