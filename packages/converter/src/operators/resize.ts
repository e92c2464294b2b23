import { CongruentError, tensor } from "@congruent/core";
import { times } from "../dimensions.js";
import type { LayerCall } from "../layer-call.js";
import type { GraphValue } from "../value.js";
import { toChannelsFirst, toChannelsLast } from "./channels.js";

/** How an image's pixels are placed on another grid. */
export interface Resampling {
  interpolation: "nearest" | "bilinear";
  /** ONNX' name for which place of the input a pixel of the output comes from. */
  coordinates: "asymmetric" | "align_corners" | "half_pixel";
  /** Of a place half-way between two pixels, or anywhere between them (floor). For `nearest` alone. */
  nearest?: "floor" | "round_prefer_ceil";
}

/** An image [batch, height, width, channels] with a fixed height and width. */
export function resizeTo(
  layer: LayerCall,
  image: GraphValue,
  [height, width]: readonly [number, number],
  resampling: Resampling,
): GraphValue {
  const x = toChannelsFirst(layer, image);
  const [batch = 1, channels = 1] = x.shape;
  const shape = [batch, channels, height, width];
  const attributes = attributesOf(resampling);
  // Sizes of height and width alone (`axes`, since version 18) would do, but ONNX Runtime 1.30 loses them when it moves the Transpose nodes.
  const start = layer.integers("from", [0]);
  const whole = layer.node("Shape", [x], { shape: [4], dtype: "int64" });
  const kept = layer.node("Slice", [whole, start, layer.integers("two", [2]), start], { shape: [2] });
  const sizes = layer.node("Concat", [kept, layer.integers("sizes", [height, width])], {
    shape: [4],
    attributes: { axis: 0n },
  });
  return toChannelsLast(layer, layer.node("Resize", [x, null, null, sizes], { shape, attributes }));
}

/** An image [batch, height, width, channels] with height and width that many times larger. */
export function resizeBy(
  layer: LayerCall,
  image: GraphValue,
  [high, wide]: readonly [number, number],
  resampling: Resampling,
): GraphValue {
  const x = toChannelsFirst(layer, image);
  const [batch = 1, channels = 1, height = 1, width = 1] = x.shape;
  const scales = layer.constant("scales", tensor("float32", Float32Array.of(1, 1, high, wide), [4]));
  const y = layer.node("Resize", [x, null, scales], {
    shape: [batch, channels, times(height, high), times(width, wide)],
    attributes: attributesOf(resampling),
  });
  return toChannelsLast(layer, y);
}

function attributesOf({ interpolation, coordinates, nearest }: Resampling): Record<string, string> {
  const attributes = { coordinate_transformation_mode: coordinates };
  if (interpolation === "bilinear") return { ...attributes, mode: "linear" };
  if (nearest) return { ...attributes, mode: "nearest", nearest_mode: nearest };
  throw new CongruentError({
    code: "E_LAYER_CONFIG",
    what: "resampling by the nearest pixel was not told which that is",
  });
}
